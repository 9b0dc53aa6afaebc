package io.broker4j;

/** What {@link Receipt#of} gives to tests. */
record PlainReceipt(String topic, String messageId) implements Receipt {}
