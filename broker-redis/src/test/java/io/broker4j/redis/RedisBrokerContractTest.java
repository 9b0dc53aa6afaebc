package io.broker4j.redis;

import io.broker4j.testkit.BrokerContract;
import io.broker4j.testkit.Medium;
import io.broker4j.testkit.OnTransport;

@OnTransport("redis")
class RedisBrokerContractTest extends BrokerContract {

    @Override
    protected Medium open() {
        return new RedisHarness();
    }
}
