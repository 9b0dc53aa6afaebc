import io.broker4j.Broker;
import io.broker4j.Health;
import io.broker4j.Health.Status;
import io.broker4j.engine.Engine;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Locator;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.Settings;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import io.broker4j.spi.TransportProvider;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A whole transport: brokers that open {@code pigeon:LOFT} meet in that loft. */
public final class CarrierPigeons implements TransportProvider {
    private static final Map<String, Set<Loft>> LOFTS = new ConcurrentHashMap<>();

    @Override
    public Set<String> schemes() {
        return Set.of("pigeon");
    }

    @Override
    public Broker open(Locator locator) {
        Locator.Parameters parameters = locator.parameters();
        Settings settings = Settings.from(parameters);
        parameters.rejectUnknown();
        return Engine.open(new Loft(LOFTS.computeIfAbsent(locator.path(), name -> new HashSet<>())), settings);
    }

    /** One broker's place. The lock of all places gives the messages one order. */
    private static final class Loft implements Transport {
        private final Set<Loft> all;
        private final Set<TopicFilter> filters = new HashSet<>();
        private Receiver receiver;

        Loft(Set<Loft> all) {
            this.all = all;
        }

        @Override
        public void start(Receiver engine) {
            receiver = engine;
            synchronized (all) {
                all.add(this);
            }
        }

        @Override
        public CompletableFuture<Void> publish(String topic, Frame frame) {
            byte[] letter = frame.toBytes();
            synchronized (all) {
                all.forEach(loft -> loft.arrived(topic, letter));
            }
            return CompletableFuture.completedFuture(null);
        }

        private void arrived(String topic, byte[] letter) {
            filters.stream()
                    .filter(filter -> filter.matches(topic))
                    .forEach(filter -> receiver.received(filter, topic, Frame.parse(letter)));
        }

        @Override
        public CompletableFuture<Void> subscribe(TopicFilter filter) {
            synchronized (all) {
                filters.add(filter);
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void unsubscribe(TopicFilter filter) {
            synchronized (all) {
                filters.remove(filter);
            }
        }

        @Override
        public Health health() {
            synchronized (all) { // nothing is between two lofts that could go deaf
                return new Health(Status.UP, filters.isEmpty() ? Status.UNVERIFIED : Status.UP, "");
            }
        }

        @Override
        public void close(Duration deadline) {
            synchronized (all) {
                all.remove(this);
            }
        }
    }
}
