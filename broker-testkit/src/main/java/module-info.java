import org.jspecify.annotations.NullMarked;

/** Tools to test with and for Broker4J: a subscriber that collects, and the contract that every broker is held to. */
@NullMarked
module io.broker4j.testkit {
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;
    requires transitive io.broker4j;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;

    exports io.broker4j.testkit;

    opens io.broker4j.testkit to
            org.junit.platform.commons;
}
