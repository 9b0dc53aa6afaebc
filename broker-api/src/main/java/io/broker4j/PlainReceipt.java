package io.broker4j;

import java.util.Optional;

/** What {@link Receipt#of} gives to tests. */
record PlainReceipt(String topic, String messageId, Optional<Position> position) implements Receipt {}
