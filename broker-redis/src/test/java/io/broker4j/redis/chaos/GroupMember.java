package io.broker4j.redis.chaos;

import io.broker4j.Broker;
import io.broker4j.Message;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A JVM that handles messages as a member of the group until it is killed, and writes down which. */
final class GroupMember implements Subscriber<String> {
    static final String GROUP = "members";
    static final Topic<String> TOPIC = Topic.text("kills").durable(Retention.count(1_000_000));
    private static final long LONGEST_WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int LATER_MILLIS = 50;

    /** When a message is acknowledged. */
    enum Acknowledges {
        /** As Broker4J does. */
        AFTERWARDS,
        /** The negative control: a handler that returns, and has another thread do the work. */
        FIRST
    }

    // Not buffered: what is written survives the death of this process.
    private final OutputStream handled;
    private final Acknowledges acknowledges;
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();

    private GroupMember(OutputStream handled, Acknowledges acknowledges) {
        this.handled = handled;
        this.acknowledges = acknowledges;
    }

    /**
     * Runs one; ends when its standard input does, so with the process that started it.
     *
     * @param args file for what it has handled, {@link Acknowledges}, locator
     */
    public static void main(String... args) throws IOException, InterruptedException {
        try (OutputStream handled = new FileOutputStream(args[0])) {
            GroupMember member = new GroupMember(handled, Acknowledges.valueOf(args[1]));
            member.serve(args[2]);
            member.later.shutdown();
            member.later.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private void serve(String locator) throws IOException {
        try (Broker broker = Broker.open(locator)) {
            SubscribeOptions options =
                    SubscribeOptions.DEFAULTS.withGroup(GROUP).withStart(Start.earliest());
            broker.subscribe(TOPIC, options, this).join();
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }

    @Override
    public void onMessage(Message<String> message) {
        if (acknowledges == Acknowledges.FIRST) {
            later.schedule(() -> write(message), LATER_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_WORK_NANOS));
            write(message);
        }
    }

    private void write(Message<String> message) {
        try {
            handled.write((message.payload() + " " + message.attempt() + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
