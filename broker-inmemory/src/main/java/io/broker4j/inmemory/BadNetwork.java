package io.broker4j.inmemory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.Receiver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Drops, duplicates, delays or reorders frames between a {@link Loopback} and its subscriptions. Its lock is taken after
 * the topics' turns.
 */
final class BadNetwork {

    /** The way of frames to one subscription. */
    final class Path implements Inlet {
        private final Receiver receiver;
        private final Inlet inlet;
        private volatile boolean open = true;

        private Path(Receiver receiver, Inlet inlet) {
            this.receiver = receiver;
            this.inlet = inlet;
        }

        @Override
        public void received(String topic, Frame frame) {
            if (good) {
                hand(topic, frame);
            } else {
                pass(new Transfer(this, topic, frame));
            }
        }

        private void hand(String topic, Frame frame) {
            if (open) {
                inlet.received(topic, frame);
            }
        }

        /** Loses all frames until {@link #renewed}, the late ones too. */
        void interrupt() {
            open = false;
        }

        @Override
        public void renewed() {
            inlet.renewed();
            open = true;
        }
    }

    /** A frame on its way to one subscription. */
    private record Transfer(Path path, String topic, Frame frame) {
        void hand() {
            path.hand(topic, frame);
        }
    }

    private final Loopback medium;
    private volatile boolean good = true;

    @GuardedBy("this")
    private Faults faults = Faults.NONE;

    @GuardedBy("this")
    private Random random = new Random(0);

    @GuardedBy("this")
    private boolean losingHints;

    /** The frames that arrive after the next one. */
    @GuardedBy("this")
    private final Map<Path, Transfer> held = new LinkedHashMap<>();

    BadNetwork(Loopback medium) {
        this.medium = medium;
    }

    Path path(Receiver receiver, Inlet inlet) {
        return new Path(receiver, inlet);
    }

    void inject(Faults replacement) {
        List<Transfer> released = new ArrayList<>();
        medium.turns().atRest(() -> {
            synchronized (this) {
                faults = replacement;
                random = new Random(replacement.seed());
                judge();
                released.addAll(held.values());
                held.clear();
            }
        });
        released.forEach(this::deliver);
    }

    synchronized void loseHints(boolean lost) {
        losingHints = lost;
        judge();
    }

    @GuardedBy("this")
    private void judge() {
        good = !losingHints && faults.equals(Faults.NONE);
    }

    /** Called in the turn of the topic. */
    private synchronized void pass(Transfer transfer) {
        if (losingHints && transfer.frame instanceof Frame.Hint || happens(faults.drop())) {
            return;
        }
        if (happens(faults.reorder()) && held.putIfAbsent(transfer.path, transfer) == null) {
            return;
        }
        int copies = happens(faults.duplicate()) ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            hand(transfer);
        }
        Transfer earlier = held.remove(transfer.path);
        if (earlier != null) {
            hand(earlier);
        }
    }

    @GuardedBy("this")
    private boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    @GuardedBy("this")
    private void hand(Transfer transfer) {
        if (faults.delay().isZero()) {
            transfer.hand();
        } else {
            medium.tasks().schedule(() -> deliver(transfer), faults.delay().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Hands over a late frame, in a turn of its own. */
    private void deliver(Transfer transfer) {
        transfer.path.receiver.together(() -> medium.turns().inTurn(transfer.topic, () -> {
            transfer.hand();
            return transfer;
        }));
    }
}
