package io.broker4j.redis.chaos;

import io.broker4j.Broker;
import io.broker4j.engine.Engine;
import io.broker4j.redis.chaos.Violation.Kind;
import io.broker4j.spi.Settings;
import java.util.Locale;
import java.util.Set;

/** What is put to the test: Broker4J, or one of the negative controls, of which each lacks one thing that it does. */
enum Control {
    /** Broker4J over Redis, no control. */
    NONE,
    /** Lettuce's defaults: it reconnects, queues what is published meanwhile, and replays what had no reply. */
    REPLAY,
    /** Trusts Lettuce to subscribe again what was subscribed, and the future of its {@code subscribe}. */
    NO_RECONCILE,
    /** Trusts that a connection which is open delivers. */
    NO_PROBE;

    /** As the command line names it. */
    static Control named(String option) {
        return valueOf(option.replace('-', '_').toUpperCase(Locale.ROOT));
    }

    Broker open(String locator) {
        return this == NONE
                ? Broker.open(locator)
                : Engine.open(
                        Settings.DEFAULTS,
                        receiver ->
                                new NaiveTransport(locator, this == REPLAY, this != NO_RECONCILE, this != NO_PROBE));
    }

    /** Of the promises it breaks, those that show what it lacks: one of them at least has to be found broken. */
    Set<Kind> symptoms() {
        return switch (this) {
            case NONE -> Set.of();
            case REPLAY -> Set.of(Kind.LATE, Kind.TWICE, Kind.RESENT);
            case NO_RECONCILE, NO_PROBE -> Set.of(Kind.DEAF, Kind.LOST);
        };
    }
}
