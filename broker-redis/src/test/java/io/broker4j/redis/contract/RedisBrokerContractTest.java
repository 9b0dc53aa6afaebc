package io.broker4j.redis.contract;

import io.broker4j.redis.RedisHarness;
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
