package io.broker4j.inmemory.broken;

import io.broker4j.Broker;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Log;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Brokers that break the rules on groups. */
final class BrokenGroups {
    private BrokenGroups() {}

    static List<Class<? extends BrokenContract>> all() {
        return List.of(
                AcknowledgesBeforeTheHandler.class,
                CreatesAVanishedGroupAtTheEnd.class,
                NeverTakesOver.class,
                NeverRenews.class,
                ReleasesNothing.class,
                ReadsFarAhead.class,
                ForgetsDeliveries.class,
                BuriesWhatOthersOwn.class,
                KeepsQuietAboutDroppedDeadLetters.class,
                GivesEntriesToAllMembers.class);
    }

    @MustFail(
            value = "L4",
            collateral = {"L3", "L5", "L6", "L8", "L9", "S5", "D1", "D6"})
    static class AcknowledgesBeforeTheHandler extends BrokenLogContract {
        @Override
        Log tamperLog(Log correct) {
            return new TamperedLog(correct) {
                @Override
                public CompletableFuture<Groups.Batch> claim(Member member, int maxEntries, long maxBytes) {
                    return super.claim(member, maxEntries, maxBytes)
                            .thenCompose(batch -> ack(
                                            member,
                                            batch.entries().stream()
                                                    .map(Taken::position)
                                                    .toList())
                                    .thenApply(done -> batch));
                }
            };
        }
    }

    @MustFail("L7")
    static class CreatesAVanishedGroupAtTheEnd extends BrokenLogContract {
        private static final Set<String> CREATED = ConcurrentHashMap.newKeySet();

        @Override
        Log tamperLog(Log correct) {
            return new TamperedLog(correct) {
                @Override
                public CompletableFuture<Boolean> create(
                        String topic, String group, Position after, OptionalLong passed) {
                    return CREATED.add(topic + group)
                            ? super.create(topic, group, after, passed)
                            : info(topic).thenCompose(info -> super.create(topic, group, info.last(), passed));
                }
            };
        }
    }

    @MustFail(
            value = "L6",
            collateral = {"L3", "L4", "L5", "L9", "S5", "D1"})
    static class NeverTakesOver extends BrokenLogContract {
        @Override
        Log tamperLog(Log correct) {
            return new TamperedLog(correct) {
                @Override
                public CompletableFuture<Groups.Batch> takeOver(Member member, Duration idle, int maxEntries) {
                    return CompletableFuture.completedFuture(new Groups.Batch(List.of(), false, 0));
                }
            };
        }
    }

    @MustFail(
            value = "L6",
            collateral = {"L3", "L5", "L9"})
    static class NeverRenews extends BrokenLogContract {
        @Override
        Log tamperLog(Log correct) {
            return new TamperedLog(correct) {
                @Override
                public CompletableFuture<List<Position>> renew(Member member, List<Position> positions) {
                    return CompletableFuture.completedFuture(positions);
                }
            };
        }
    }

    @MustFail("L9")
    static class ReadsFarAhead extends BrokenLogContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                public <T> CompletableFuture<Subscription> subscribe(
                        Topic<T> topic, SubscribeOptions options, Subscriber<? super T> subscriber) {
                    return super.subscribe(
                            topic, options.group().isPresent() ? options.withPrefetch(64) : options, subscriber);
                }
            };
        }
    }

    @MustFail(
            value = {"L3", "L5", "L6", "L9"},
            collateral = "D1")
    static class ReleasesNothing extends BrokenLogContract {
        @Override
        Log tamperLog(Log correct) {
            return new TamperedLog(correct) {
                @Override
                public CompletableFuture<Void> release(Member member, Map<Position, Integer> attempts) {
                    return CompletableFuture.completedFuture(null);
                }
            };
        }
    }

    @MustFail(
            value = {"L4", "L5"},
            collateral = "L6")
    static class ForgetsDeliveries extends BrokenLogContract {
        @Override
        Log tamperLog(Log correct) {
            return new TamperedLog(correct) {
                @Override
                public CompletableFuture<Groups.Batch> takeOver(Member member, Duration idle, int maxEntries) {
                    return super.takeOver(member, idle, maxEntries)
                            .thenApply(batch -> new Groups.Batch(
                                    batch.entries().stream()
                                            .map(taken -> new Taken(taken.position(), 1, taken.frame()))
                                            .toList(),
                                    batch.more(),
                                    batch.trimmed()));
                }
            };
        }
    }

    @MustFail(
            value = "L5",
            collateral = {"L6", "L8"})
    static class BuriesWhatOthersOwn extends BrokenLogContract {
        @Override
        Log tamperLog(Log correct) {
            return new TamperedLog(correct) {
                @Override
                public CompletableFuture<OptionalLong> bury(
                        Member member, Position position, String deadTopic, Frame dead, Retention retention) {
                    return append(deadTopic, dead, retention)
                            .thenCompose(buried -> ack(member, List.of(position)))
                            .thenApply(done -> OptionalLong.of(0));
                }
            };
        }
    }

    @MustFail({"L5", "L8"})
    static class KeepsQuietAboutDroppedDeadLetters extends BrokenLogContract {
        @Override
        Log tamperLog(Log correct) {
            return new TamperedLog(correct) {
                @Override
                public CompletableFuture<OptionalLong> bury(
                        Member member, Position position, String deadTopic, Frame dead, Retention retention) {
                    return super.bury(member, position, deadTopic, dead, retention)
                            .thenApply(trimmed -> trimmed.isPresent() ? OptionalLong.of(0) : trimmed);
                }
            };
        }
    }

    @MustFail(
            value = "L3",
            collateral = {"L4", "L5", "L6", "L7", "L8", "L9", "L10", "S5", "D1", "D6"})
    static class GivesEntriesToAllMembers extends BrokenLogContract {
        @Override
        Log tamperLog(Log correct) {
            return new TamperedLog(correct) {
                private Member own(Member member) {
                    return new Member(member.topic(), member.group() + member.name(), member.name());
                }

                @Override
                public CompletableFuture<Groups.Batch> claim(Member member, int maxEntries, long maxBytes) {
                    return super.create(member.topic(), own(member).group(), Position.ORIGIN, OptionalLong.of(0))
                            .thenCompose(done -> super.claim(own(member), maxEntries, maxBytes));
                }
            };
        }
    }
}
