import io.broker4j.BrokerEvent;
import io.broker4j.Health;
import io.broker4j.Health.Status;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.Locator;
import io.broker4j.spi.Outlet;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import io.broker4j.spi.TransportProvider;
import java.time.Duration;
import java.util.HashMap;
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
    public Transport open(Locator locator, Receiver receiver) {
        locator.parameters().rejectUnknown();
        return new Loft(LOFTS.computeIfAbsent(locator.path(), name -> new HashSet<>()), receiver);
    }

    /** One broker's place. The lock of all places gives the messages one order. */
    private static final class Loft implements Transport {
        /** A subscription that the engine wants. */
        private record Wanted(TopicFilter filter, Kind kind) {}

        private final Set<Loft> all;
        private final Map<Wanted, Inlet> inlets = new HashMap<>();

        Loft(Set<Loft> all, Receiver receiver) {
            this.all = all;
            synchronized (all) {
                all.add(this);
            }
            receiver.event(new BrokerEvent.Connected("pigeon:"));
        }

        @Override
        public Outlet outlet(String topic) {
            return frame -> {
                byte[] letter = frame.toBytes();
                synchronized (all) {
                    all.forEach(loft -> loft.arrived(topic, letter));
                }
                return CompletableFuture.completedFuture(null);
            };
        }

        private void arrived(String topic, byte[] letter) {
            inlets.forEach((wanted, inlet) -> {
                if (wanted.filter.matches(topic)) {
                    inlet.received(topic, Frame.parse(letter));
                }
            });
        }

        @Override
        public CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet) {
            synchronized (all) {
                inlets.put(new Wanted(filter, kind), inlet);
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void unsubscribe(TopicFilter filter, Kind kind) {
            synchronized (all) {
                inlets.remove(new Wanted(filter, kind));
            }
        }

        @Override
        public Health health() {
            synchronized (all) { // nothing is between two lofts that could go deaf
                return new Health(Status.UP, inlets.isEmpty() ? Status.UNVERIFIED : Status.UP, "");
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
