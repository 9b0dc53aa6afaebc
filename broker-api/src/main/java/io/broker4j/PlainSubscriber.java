package io.broker4j;

/** What {@link Subscriber#of} returns. */
record PlainSubscriber<T>(Subscriber.Handler<? super Message<T>> messages, Subscriber.Handler<? super Gap> gaps)
        implements Subscriber<T> {
    @Override
    public void onMessage(Message<T> message) throws Exception {
        messages.handle(message);
    }

    @Override
    public void onGap(Gap gap) throws Exception {
        gaps.handle(gap);
    }
}
