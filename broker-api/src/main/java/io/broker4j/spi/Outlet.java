package io.broker4j.spi;

import java.util.concurrent.CompletableFuture;

/**
 * Publishes the messages of one live topic to the medium. The engine keeps an outlet as long as it
 * publishes to the topic.
 */
@FunctionalInterface
public interface Outlet {

    /**
     * Puts one frame on the medium. The engine calls this under a lock of the topic: frames must reach the medium in
     * the order of the calls. Nothing may be queued while disconnected, sent twice, or sent after the future has
     * completed.
     *
     * <p>The engine cancels the future when the publish time-out has passed. The transport must
     * then ensure that the frame is not sent late, if necessary by closing the connection.
     *
     * @param frame must not be changed; a {@link Frame.Live}, or a {@link Frame.Reference} if the
     *     transport {@link Transport#passesReferences}
     * @return completes when the medium has the frame (P2), or exceptionally with a {@link
     *     io.broker4j.PublishException}. If it is already complete with {@code NOT_SENT}, the engine uses the frame's
     *     number again
     */
    CompletableFuture<Void> publish(Frame frame);
}
