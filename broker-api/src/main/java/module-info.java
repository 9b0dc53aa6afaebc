import org.jspecify.annotations.NullMarked;

/** Topics, publishers and subscribers over a pluggable medium; users need {@link io.broker4j}, transports implement {@code io.broker4j.spi}. */
@NullMarked
module io.broker4j {
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;
    requires static tools.jackson.databind;

    exports io.broker4j;
    exports io.broker4j.engine;
    exports io.broker4j.spi;

    uses io.broker4j.Broker.Opener;
    uses io.broker4j.spi.TransportProvider;

    provides io.broker4j.Broker.Opener with
            io.broker4j.engine.Engine;
}
