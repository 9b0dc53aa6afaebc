package io.broker4j.inmemory;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Message;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Publisher;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Two brokers on one medium, whose fault switches are thrown at random: quick, slow and blocked subscribers, and a publisher
 * that does not wait. Prints the bytes of heap in use after a garbage collection each second, and at last when all
 * is closed.
 */
final class Soak {
    private static final Topic<byte[]> TOPIC = Topic.bytes("soak.topic");
    private static final Topic<byte[]> ALL = Topic.bytes("soak.>");
    private static final int PAYLOAD = 1024;
    private static final int BATCH = 64;
    private static final Duration BETWEEN_BATCHES = Duration.ofMillis(10);
    private static final Duration BETWEEN_FAULTS = Duration.ofMillis(20);

    private interface Handling {
        void run() throws InterruptedException;
    }

    /** Does the same with every message, and nothing with gaps. */
    private record Reader(Handling handling) implements Subscriber<byte[]> {
        @Override
        public void onMessage(Message<byte[]> message) throws InterruptedException {
            handling.run();
        }

        @Override
        public void onGap(Gap gap) {}
    }

    private final InMemoryMedium medium = InMemoryMedium.named("soak");
    private final List<Broker> brokers = List.of(Broker.open(medium.locator()), Broker.open(medium.locator()));
    private final CountDownLatch end = new CountDownLatch(1);
    private final Random random;

    private Soak(long seed) {
        random = new Random(seed);
    }

    /**
     * Runs it.
     *
     * @param args seconds and seed
     */
    public static void main(String... args) throws InterruptedException {
        new Soak(Long.parseLong(args[1])).run(Duration.ofSeconds(Long.parseLong(args[0])));
        LockSupport.parkNanos(
                TimeUnit.SECONDS.toNanos(1)); // what was delayed is let go of by the thread that delivers it
        System.out.println(heap());
    }

    private void run(Duration length) throws InterruptedException {
        Thread publisher = new Thread(this::publish);
        publisher.start();
        for (Broker broker : brokers) {
            broker.onEvent(event -> {});
            broker.subscribe(TOPIC, new Reader(() -> {})).join();
            broker.subscribe(ALL, new Reader(() -> LockSupport.parkNanos(1))).join();
            broker.subscribe(TOPIC, new Reader(end::await)).join();
        }
        long started = System.nanoTime();
        for (long samples = 1; samples <= length.toSeconds(); ) {
            medium.resume();
            medium.reconnectAll();
            throwSwitch();
            LockSupport.parkNanos(BETWEEN_FAULTS.toNanos());
            if (System.nanoTime() - started > TimeUnit.SECONDS.toNanos(samples)) {
                samples++;
                System.out.println(heap());
            }
        }
        medium.resume();
        medium.inject(Faults.NONE);
        end.countDown();
        publisher.join();
        brokers.forEach(Broker::close);
        medium.close();
    }

    private void throwSwitch() {
        switch (random.nextInt(5)) {
            case 0 -> medium.disconnect(brokers.get(random.nextInt(brokers.size())));
            case 1 -> medium.disconnectAll();
            case 2 -> medium.stall();
            case 3 -> medium.failNext(Outcome.values()[random.nextInt(Outcome.values().length)]);
            default ->
                medium.inject(new Faults(
                        random.nextLong(),
                        random.nextDouble(),
                        random.nextDouble(),
                        random.nextDouble(),
                        Duration.ofMillis(random.nextInt(20))));
        }
    }

    /** Not faster than it can be delivered: what is delayed waits in the medium, whose bound is the publisher's pace. */
    private void publish() {
        Publisher<byte[]> publisher = brokers.get(0).publisher(TOPIC);
        while (end.getCount() > 0) {
            for (int i = 0; i < BATCH; i++) {
                publisher.publish(new byte[PAYLOAD]);
            }
            LockSupport.parkNanos(BETWEEN_BATCHES.toNanos());
        }
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
