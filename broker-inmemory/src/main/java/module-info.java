import org.jspecify.annotations.NullMarked;

/** Brokers within one JVM: {@code memory:} and {@code memory:NAME}. */
@NullMarked
module io.broker4j.inmemory {
    requires transitive io.broker4j;
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;

    exports io.broker4j.inmemory;

    provides io.broker4j.spi.TransportProvider with
            io.broker4j.inmemory.InMemoryTransportProvider;
}
