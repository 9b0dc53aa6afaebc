package io.broker4j.inmemory.broken;

import io.broker4j.Broker;
import io.broker4j.inmemory.InMemoryHarness;
import io.broker4j.spi.Log;
import io.broker4j.spi.Transport;
import io.broker4j.testkit.BrokerContract;
import io.broker4j.testkit.Medium;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on brokers that are broken in one way. */
@ExtendWith(Expectations.class)
abstract class BrokenContract extends BrokerContract {
    /** Short, because a test that finds something waits in vain. */
    private static final Duration IN_VAIN = Duration.ofSeconds(3);

    /** Long, because a test that must pass waits for what comes, on a machine that is busy with many tests. */
    private static final Duration FOR_CERTAIN = Duration.ofSeconds(30);

    private Duration patience = FOR_CERTAIN;

    @BeforeEach
    final void choosePatience(TestInfo test) {
        patience = Expectations.mustPass(getClass(), test.getTestMethod().orElseThrow()) ? FOR_CERTAIN : IN_VAIN;
    }

    Broker tamper(Broker correct) {
        return correct;
    }

    /** None, so that what is broken in live topics is looked for in live topics only. */
    Optional<Log> tamper(Log correct) {
        return Optional.empty();
    }

    Transport tamper(Transport correct) {
        return correct;
    }

    /** Before the broker is opened. */
    String tamper(String parameter) {
        return parameter;
    }

    @Override
    protected Medium open() {
        return new InMemoryHarness() {
            @Override
            public Broker connect(String... parameters) {
                String[] tampered = parameters.clone();
                for (int i = 0; i < tampered.length; i++) {
                    tampered[i] = tamper(tampered[i]);
                }
                return tamper(super.connect(tampered));
            }

            @Override
            protected Transport front(Transport transport) {
                return tamper(new TamperedTransport(transport, BrokenContract.this::tamper));
            }

            @Override
            public void isolate(Broker broker) {
                super.isolate(broker instanceof Tampered tampered ? tampered.correct : broker);
            }

            @Override
            public Duration patience() {
                return patience;
            }
        };
    }
}
