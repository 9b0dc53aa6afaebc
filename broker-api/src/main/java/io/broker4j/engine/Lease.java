package io.broker4j.engine;

import io.broker4j.BrokerException;
import io.broker4j.Position;
import io.broker4j.spi.Groups;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A member's lease on its entries. While it holds, no other member takes them over (L6), and the member takes back what
 * another program takes away from it.
 */
final class Lease {
    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private final LogReaders readers;
    private final Groups groups;
    private final Groups.Member member;
    private final Source reader;
    private final Ledger ledger;

    /** The start of the lease on all owned entries. */
    private volatile long leaseNanos;

    Lease(LogReaders readers, Groups.Member member, Source reader, Ledger ledger) {
        this.readers = readers;
        this.groups = readers.log().groups().orElseThrow();
        this.member = member;
        this.reader = reader;
        this.ledger = ledger;
        this.leaseNanos = readers.later().nanos();
    }

    /** Whether it holds; otherwise other members may have taken over the owned entries. */
    boolean holds() {
        return readers.later().nanos() - leaseNanos
                <= readers.settings().lease().toNanos();
    }

    /** Renews the lease on all owned entries; forgets the entries that others own by now. */
    CompletableFuture<?> renew() {
        long now = readers.later().nanos();
        List<Position> held = ledger.positions();
        if (held.isEmpty()) {
            leaseNanos = now;
            return DONE;
        }
        boolean leased = holds();
        return groups.renew(member, held)
                .thenCompose(ours -> leased ? regain(held, ours) : CompletableFuture.completedFuture(ours))
                .thenAccept(ours -> {
                    ledger.retain(held, ours);
                    leaseNanos = now; // last: otherwise entries that the member no longer owns would seem to be leased
                });
    }

    /**
     * Takes back entries that another program has made not pending. While the lease holds, no member takes over an
     * entry that this member holds, so such an entry would never be handled. Completes with the owned entries.
     */
    CompletableFuture<List<Position>> regain(List<Position> held, List<Position> ours) {
        List<Position> missing = new ArrayList<>(held);
        missing.removeAll(Set.copyOf(ours));
        missing.removeIf(ledger::isPerhapsBuried);
        if (missing.isEmpty()) {
            return CompletableFuture.completedFuture(ours);
        }
        return groups.regain(member, missing).thenApply(regained -> {
            if (!regained.isEmpty()) {
                readers.happened(member.topic(), reader, takenAway(regained.size()));
            }
            return Stream.concat(ours.stream(), regained.stream()).toList();
        });
    }

    private BrokerException takenAway(int count) {
        return new BrokerException(count + " messages that a member of group " + member.group()
                + " had not finished were taken away from it by another program, such as by XGROUP DELCONSUMER or XACK;"
                + " it has them again");
    }

    /** Whether an entry that was taken away is owned again. Entries lost with an earlier lease do not count. */
    CompletableFuture<Boolean> isRegained(Position position) {
        return holds() && ledger.holds(position)
                ? regain(List.of(position), List.of()).thenApply(ours -> !ours.isEmpty())
                : CompletableFuture.completedFuture(false);
    }
}
