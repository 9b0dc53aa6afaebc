package io.broker4j.chat;

import io.broker4j.Broker;
import io.broker4j.BrokerException;
import io.broker4j.Gap;
import io.broker4j.Message;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * A room on this server: one subscription, however many members. It is used once; a room that everybody left and somebody
 * enters again is a new one.
 */
final class Room implements Subscriber<byte[]> {
    private static final System.Logger LOG = System.getLogger(Room.class.getName());
    private static final int TOPIC_DIGITS = 32;
    /** More than a server can hand on in the time its loop may be busy; more than that is a gap. */
    private static final int WAITING_MESSAGES = 8_192;

    final String name;
    private final Topic<byte[]> topic;
    private final Broker broker;
    private final ByteBufAllocator allocator;
    private final LongAdder skipped;
    private final Map<LoopBatch, LoopMembers> members;
    private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();

    Room(
            String name,
            Broker broker,
            ByteBufAllocator allocator,
            LongAdder skipped,
            Map<LoopBatch, LoopMembers> members) {
        this.name = name;
        this.topic = topic(name);
        this.broker = broker;
        this.allocator = allocator;
        this.skipped = skipped;
        this.members = members;
    }

    /** A room's name may be any text, a topic's may not. */
    static Topic<byte[]> topic(String room) {
        return Topic.bytes("chat.room." + Sha256.hex(room.getBytes(StandardCharsets.UTF_8), TOPIC_DIGITS));
    }

    /**
     * Subscribes, once. Messages are handled on an event loop, at most a few at a time, so that no thread comes in between
     * and none is kept: handled inline, they would hold the publisher's loop for as long as others publish.
     */
    void open(LoopBatch home) {
        SubscribeOptions options = SubscribeOptions.DEFAULTS.withExecutor(home).withMaxMessages(WAITING_MESSAGES);
        started(() -> broker.subscribe(topic, options, this)).whenComplete((live, failure) -> {
            if (failure == null) {
                subscription.complete(live);
            } else {
                subscription.completeExceptionally(failure);
            }
        });
    }

    /** Completes when the subscription is live. */
    CompletableFuture<Subscription> live() {
        return subscription;
    }

    /** Ends the subscription, now or as soon as there is one. */
    void close() {
        subscription.thenAccept(Subscription::close);
    }

    CompletableFuture<Receipt> publish(byte[] message) {
        return started(() -> {
            Publisher<byte[]> publisher = broker.publisher(topic);
            return publisher.publish(message);
        });
    }

    LoopMembers membersOn(LoopBatch batch) {
        return Objects.requireNonNull(members.get(batch), "a loop of this server");
    }

    @Override
    public void onMessage(Message<byte[]> message) {
        try {
            RoomMessage.check(message.payload(), name);
        } catch (MalformedFrameException foreign) {
            skipped.increment();
            LOG.log(System.Logger.Level.DEBUG, () -> "skipped a message on " + topic + ": " + foreign.getMessage());
            return;
        }
        offer(message.payload());
    }

    @Override
    public void onGap(Gap gap) {
        LOG.log(System.Logger.Level.INFO, () -> "telling the members: " + gap);
        offer(ServerFrames.joined(name));
    }

    private void offer(byte[] json) {
        ByteBuf frame = WireFrames.text(allocator, json);
        members.values().forEach(each -> each.offer(frame));
        frame.release();
    }

    /** A closed broker throws where an open one returns a future. */
    private static <T> CompletableFuture<T> started(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (BrokerException closed) {
            return CompletableFuture.failedFuture(closed);
        }
    }
}
