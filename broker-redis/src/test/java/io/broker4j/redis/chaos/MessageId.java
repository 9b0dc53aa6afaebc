package io.broker4j.redis.chaos;

/** Names a message: the {@code number}th that a process published on a topic, from 1, published or not. */
record MessageId(String publisher, String topic, long number) {

    /** What is numbered: one publisher's messages on one topic. */
    record Source(String publisher, String topic) {}

    Source source() {
        return new Source(publisher, topic);
    }

    static MessageId parse(String text) {
        String[] parts = text.split("/", -1);
        return new MessageId(parts[0], parts[1], Long.parseLong(parts[2]));
    }

    @Override
    public String toString() {
        return publisher + "/" + topic + "/" + number;
    }
}
