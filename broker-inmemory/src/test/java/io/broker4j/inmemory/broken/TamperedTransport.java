package io.broker4j.inmemory.broken;

import io.broker4j.spi.Log;
import io.broker4j.spi.Transport;
import io.broker4j.testkit.ForwardingTransport;
import java.util.Optional;
import java.util.function.Function;

/** A correct transport with another log. */
final class TamperedTransport extends ForwardingTransport {
    private final Optional<Log> log;

    TamperedTransport(Transport correct, Function<Log, Optional<Log>> tamper) {
        super(correct);
        this.log = correct.log().flatMap(tamper);
    }

    @Override
    public Optional<Log> log() {
        return log;
    }
}
