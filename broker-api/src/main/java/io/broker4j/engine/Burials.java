package io.broker4j.engine;

import io.broker4j.BrokerException;
import io.broker4j.Gap;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Groups;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes the dead letters of a group's member, and repeats failed writes with growing delays. One
 * step at a time uses it.
 */
final class Burials {
    private static final Backoff DELAYS = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    private final LogReaders readers;
    private final Groups groups;
    private final Groups.Member member;
    private final String deadTopic;
    private final Retention retention;
    private final Intake intake;
    private final Source reader;
    private final Ledger ledger;
    private final Lease lease;
    private final Runnable wake;

    /** {@code wake} requests a further step. */
    Burials(
            LogReaders readers,
            Groups.Member member,
            Retention retention,
            Intake intake,
            Ledger ledger,
            Lease lease,
            Runnable wake) {
        this.readers = readers;
        this.groups = readers.log().groups().orElseThrow();
        this.member = member;
        this.deadTopic = DeadLetter.topic(member.group(), member.topic());
        this.retention = retention;
        this.intake = intake;
        this.reader = intake.source();
        this.ledger = ledger;
        this.lease = lease;
        this.wake = wake;
    }

    /** Completes even if burying fails, unless the group is missing: other work must continue. */
    CompletableFuture<?> bury() {
        DeadLetter letter = ledger.takeDead();
        return bury(letter).<@Nullable Void>handle((done, failure) -> {
            if (failure == null) {
                ledger.buried(letter);
                readers.recovered(deadTopic, reader);
                readers.recovered(member.topic(), reader);
            } else {
                DELAYS.run(ledger.notBuried(letter), readers.later(), () -> {
                    ledger.buryAgain(letter);
                    wake.run();
                });
                unburied(EngineFuture.unwrap(failure));
            }
            return null;
        });
    }

    private void unburied(Throwable cause) {
        if (cause instanceof Groups.MissingGroupException missing) {
            throw missing;
        }
        if (ledger.isBuryingInVain()) {
            readers.troubled(deadTopic, reader, cause);
        }
        if (ledger.isHeldUp()) {
            readers.troubled(
                    member.topic(),
                    reader,
                    new BrokerException(
                            "a member of group " + member.group() + " takes nothing new until the dead letters"
                                    + " that it holds can be written: " + cause.getMessage()));
        }
    }

    private CompletableFuture<?> bury(DeadLetter letter) {
        Position position = Objects.requireNonNull(letter.message().position());
        boolean first = !ledger.isPerhapsBuried(position);
        return tryToBury(position, letter)
                .thenCompose(trimmed -> trimmed.isPresent() || !first
                        ? CompletableFuture.completedFuture(trimmed)
                        : lease.isRegained(position)
                                .thenCompose(again -> again
                                        ? tryToBury(position, letter).thenApply(this::buriedOrTold)
                                        : CompletableFuture.completedFuture(trimmed)))
                .thenAccept(trimmed -> trimmed.ifPresent(count -> readers.buried(letter, member.group(), count)));
    }

    /**
     * Announces a gap if an entry cannot be buried: it was taken away from this member, and the log
     * has dropped it too.
     */
    private OptionalLong buriedOrTold(OptionalLong trimmed) {
        if (trimmed.isEmpty()) {
            intake.tell(Gap.of(member.topic(), Gap.Reason.TRIMMED, 1));
        }
        return trimmed;
    }

    private CompletableFuture<OptionalLong> tryToBury(Position position, DeadLetter letter) {
        return groups.bury(member, position, deadTopic, letter.frame(member.group()), retention);
    }
}
