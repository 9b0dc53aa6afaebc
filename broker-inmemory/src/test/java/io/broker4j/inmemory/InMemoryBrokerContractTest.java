package io.broker4j.inmemory;

import io.broker4j.testkit.BrokerContract;
import io.broker4j.testkit.Medium;
import io.broker4j.testkit.OnTransport;

@OnTransport("memory")
class InMemoryBrokerContractTest extends BrokerContract {

    @Override
    protected Medium open() {
        return new InMemoryHarness();
    }
}
