package io.broker4j.inmemory.broken;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Brokers that break the rules on durable topics. */
final class BrokenDurable {
    private BrokenDurable() {}

    static List<Class<? extends BrokenContract>> all() {
        return List.of(
                ReadsExclusively.class,
                SkipsOneInALongHistory.class,
                NeverPolls.class,
                KeepsEverything.class,
                MiscountsWhatWasTrimmed.class,
                KeepsResetsToItself.class,
                FindsOneTooMany.class,
                SaysThereIsNoMoreHistory.class,
                HistoryEndsWhereNothingCanBeDecoded.class);
    }

    @MustFail(
            value = {"L2", "L7"},
            collateral = "L10")
    static class ReadsExclusively extends BrokenLogContract {
        /** What the engine would see that did not ask for the entry it stands at. */
        @Override
        Log tamperLog(Log correct) {
            return new TamperedLog(correct) {
                @Override
                public CompletableFuture<Log.Batch> read(String topic, Position from, int maxEntries, long maxBytes) {
                    return super.read(topic, from, maxEntries, maxBytes).thenApply(batch -> pretend(from, batch));
                }
            };
        }

        private static Log.Batch pretend(Position from, Log.Batch batch) {
            List<Log.Entry> entries = new ArrayList<>(batch.entries());
            if (!from.equals(Position.ORIGIN)
                    && (entries.isEmpty() || !entries.get(0).position().equals(from))) {
                entries.add(0, new Log.Entry(from, Frame.logged("", 0, Map.of(), new byte[0])));
            }
            return new Log.Batch(entries, batch.more());
        }
    }

    @MustFail(
            value = "L1",
            collateral = {"D1", "D4", "D5", "D9", "S1", "S2", "L2", "L3", "L5", "L8", "C1"})
    static class SkipsOneInALongHistory extends BrokenLogContract {
        @Override
        Log tamperLog(Log correct) {
            return new TamperedLog(correct) {
                @Override
                public CompletableFuture<Log.Batch> read(String topic, Position from, int maxEntries, long maxBytes) {
                    return super.read(topic, from, maxEntries, maxBytes).thenApply(batch -> {
                        List<Log.Entry> entries = new ArrayList<>(batch.entries());
                        if (entries.size() > 40) {
                            entries.remove(20);
                        }
                        return new Log.Batch(entries, batch.more());
                    });
                }
            };
        }
    }

    @MustFail(
            value = "L1",
            collateral = {"L2", "L3"})
    static class FindsOneTooMany extends BrokenLogContract {
        /** As if the log stamped its entries a little late. */
        @Override
        Log tamperLog(Log correct) {
            return new TamperedLog(correct) {
                @Override
                public CompletableFuture<Optional<Position>> firstSince(String topic, long millis) {
                    return super.firstSince(topic, millis - 3_600_000);
                }
            };
        }
    }

    @MustFail(
            value = {"L1", "D9"},
            collateral = {"D1", "D4", "D5", "L3", "L4", "L5", "L6", "L7", "L9", "L10"})
    static class NeverPolls extends BrokenLogContract {
        @Override
        String tamper(String parameter) {
            return parameter.startsWith("poll") ? "poll=10m" : parameter;
        }
    }

    @MustFail("L8")
    static class KeepsEverything extends BrokenLogContract {
        @Override
        Log tamperLog(Log correct) {
            return new TamperedLog(correct) {
                @Override
                public CompletableFuture<Position> append(String topic, Frame frame, Retention retention) {
                    return super.append(topic, frame, Retention.count(1_000_000));
                }
            };
        }
    }

    @MustFail({"L2", "L7"})
    static class MiscountsWhatWasTrimmed extends BrokenLogContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                <T> Subscriber<T> subscriber(Topic<T> topic, Subscriber<? super T> subscriber) {
                    return new Relay<>(subscriber) {
                        @Override
                        public void onGap(Gap gap) throws Exception {
                            super.onGap(
                                    gap.reason() == Reason.TRIMMED
                                            ? Gap.of(
                                                    gap.topic(),
                                                    Reason.TRIMMED,
                                                    gap.count().orElse(0) + 1)
                                            : gap);
                        }
                    };
                }
            };
        }
    }

    @MustFail(
            value = {"L2", "L7"},
            collateral = "L10")
    static class KeepsResetsToItself extends BrokenLogContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                <T> Subscriber<T> subscriber(Topic<T> topic, Subscriber<? super T> subscriber) {
                    return new Relay<>(subscriber) {
                        @Override
                        public void onGap(Gap gap) throws Exception {
                            if (gap.reason() != Reason.RESET) {
                                super.onGap(gap);
                            }
                        }
                    };
                }
            };
        }
    }

    @MustFail(
            value = "L1",
            collateral = {"L8", "C5", "S8", "D6"})
    static class SaysThereIsNoMoreHistory extends BrokenLogContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                public <T> CompletableFuture<Page<T>> history(Topic<T> topic, int max) {
                    return super.history(topic, max).thenApply(page -> Page.oldest(page.messages()));
                }
            };
        }
    }

    @MustFail(
            value = {"L1", "D6"},
            collateral = {"C5", "S8"})
    static class HistoryEndsWhereNothingCanBeDecoded extends BrokenLogContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                public <T> CompletableFuture<Page<T>> history(Topic<T> topic, int max) {
                    return super.history(topic, max).thenApply(HistoryEndsWhereNothingCanBeDecoded::asIfAtTheEnd);
                }

                @Override
                public <T> CompletableFuture<Page<T>> history(Topic<T> topic, Position before, int max) {
                    return super.history(topic, before, max)
                            .thenApply(HistoryEndsWhereNothingCanBeDecoded::asIfAtTheEnd);
                }
            };
        }

        private static <T> Broker.Page<T> asIfAtTheEnd(Broker.Page<T> page) {
            return page.messages().isEmpty() ? Broker.Page.oldest(List.of()) : page;
        }
    }
}
