package io.broker4j.inmemory.broken;

import java.util.List;
import java.util.stream.Stream;

class BrokenSendingTest extends BrokenBrokers {
    @Override
    Stream<List<Class<? extends BrokenContract>>> broken() {
        return Stream.of(
                BrokenPublishing.all(), BrokenSubscribing.all(), BrokenConnection.all(), BrokenTransports.all());
    }
}
