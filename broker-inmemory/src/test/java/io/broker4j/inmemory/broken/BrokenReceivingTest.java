package io.broker4j.inmemory.broken;

import java.util.List;
import java.util.stream.Stream;

class BrokenReceivingTest extends BrokenBrokers {
    @Override
    Stream<List<Class<? extends BrokenContract>>> broken() {
        return Stream.of(BrokenDelivery.all(), BrokenDurable.all(), BrokenGroups.all());
    }
}
