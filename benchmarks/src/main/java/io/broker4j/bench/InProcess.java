package io.broker4j.bench;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Deliveries a second within one process: batches are published by one thread, and each is waited for until the last handler
 * has counted it. A lost message would hang the run, so what is measured is complete.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class InProcess {
    private static final int DELIVERIES = 60_000;

    /** The contender. */
    @Param({"broker4j", "broker4j-encoding", "broker4j-inline", "reactor", "rxjava"})
    public String bus;

    /** Topics, and subscribers of each. */
    @Param({"1x1", "1x100", "10000x1"})
    public String shape;

    private final Object message = new byte[64];
    private final Random random = new Random(1);
    private Bus contender;
    private Counter[] counters;
    private int[] order;
    private long expected;

    /** Written by one thread at a time. */
    private static final class Counter {
        final AtomicLong count = new AtomicLong();

        void increment() {
            count.setRelease(count.getPlain() + 1);
        }
    }

    /** Makes the topics and their subscribers. */
    @Setup
    public void open() {
        int topics = Integer.parseInt(shape.substring(0, shape.indexOf('x')));
        int subscribers = Integer.parseInt(shape.substring(shape.indexOf('x') + 1));
        contender = Bus.named(bus, topics);
        counters = new Counter[topics * subscribers];
        for (int i = 0; i < counters.length; i++) {
            Counter counter = new Counter();
            counters[i] = counter;
            contender.subscribe(i / subscribers, received -> counter.increment());
        }
        order = random.ints(DELIVERIES / subscribers, 0, topics).toArray();
    }

    /** Publishes one batch and waits for all its deliveries. */
    @Benchmark
    @OperationsPerInvocation(DELIVERIES)
    public void deliver() {
        for (int topic : order) {
            contender.publish(topic, message);
        }
        expected += DELIVERIES;
        while (delivered() < expected) {
            Thread.onSpinWait();
        }
    }

    private long delivered() {
        long sum = 0;
        for (Counter counter : counters) {
            sum += counter.count.getAcquire();
        }
        return sum;
    }

    /** Releases the threads. */
    @TearDown
    public void close() throws Exception {
        contender.close();
    }
}
