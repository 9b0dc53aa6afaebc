package io.broker4j.redis.chaos;

import io.broker4j.Broker;
import io.broker4j.redis.TamperedBroker;
import java.util.Locale;

/** What subscribes: Broker4J, or one of the negative controls, of which each lacks one thing that it does. */
enum FanOutControl {
    /** Broker4J over Redis, no control. */
    NONE,
    /** Hears no hint, and does not read without one either, unless its link was renewed. */
    NO_POLL,
    /**
     * Reads what stands after its position, so that another log looks like the one it was; polls, since a hint that names a lost
     * message would tell it otherwise.
     */
    EXCLUSIVE;

    /** As the command line names it. */
    static FanOutControl named(String option) {
        return valueOf(option.replace('-', '_').toUpperCase(Locale.ROOT));
    }

    Broker open(String locator) {
        return switch (this) {
            case NONE -> Broker.open(locator);
            case NO_POLL -> TamperedBroker.open(locator + "?poll=10m", HintlessTransport::new);
            case EXCLUSIVE ->
                TamperedBroker.open(
                        locator + "?poll=100ms", redis -> new ExclusiveTransport(new HintlessTransport(redis)));
        };
    }
}
