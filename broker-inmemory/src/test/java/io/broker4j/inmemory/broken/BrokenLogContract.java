package io.broker4j.inmemory.broken;

import io.broker4j.spi.Log;
import java.util.Optional;

/** The contract on brokers that keep messages, and are broken in one way. */
abstract class BrokenLogContract extends BrokenContract {

    Log tamperLog(Log correct) {
        return correct;
    }

    @Override
    final Optional<Log> tamper(Log correct) {
        return Optional.of(tamperLog(correct));
    }
}
