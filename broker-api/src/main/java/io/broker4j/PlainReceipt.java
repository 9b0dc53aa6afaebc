package io.broker4j;

import java.util.Optional;

/** The receipt that {@link Receipt#of} makes for tests. */
record PlainReceipt(String topic, String messageId, Optional<Position> position) implements Receipt {}
