import io.broker4j.Broker;
import io.broker4j.engine.Engine;
import io.broker4j.spi.Locator;
import io.broker4j.spi.Settings;
import io.broker4j.testkit.BrokerContract;
import io.broker4j.testkit.FaultHarness;
import io.broker4j.testkit.LossyTransport;
import io.broker4j.testkit.LossyTransport.Loss;
import io.broker4j.testkit.Medium;
import io.broker4j.testkit.OnTransport;
import java.io.IOException;
import java.io.UncheckedIOException;

@OnTransport("tcp")
public class TcpTransportContractTest extends BrokerContract {
    @Override
    protected Medium open() {
        try {
            return new HubMedium();
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
    }

    /** A hub for one test, and what disturbs it. */
    private static final class HubMedium implements Medium, FaultHarness {
        private final TcpHub hub = new TcpHub();
        private final TcpTransport.Provider provider = new TcpTransport.Provider();
        private volatile Loss loss = Loss.NONE;

        HubMedium() throws IOException {}

        @Override
        public Broker connect(String... parameters) {
            Locator locator = Locator.parse(hub.locator() + "?" + String.join("&", parameters));
            return Engine.open(
                    Settings.from(locator.parameters()),
                    receiver -> new LossyTransport(provider.open(locator, receiver), () -> loss));
        }

        @Override
        public FaultHarness faults() {
            return this;
        }

        @Override
        public int subscriptionsTo(String topic) {
            return hub.subscriptionsTo(topic);
        }

        @Override
        public int connections() {
            return hub.connections();
        }

        @Override
        public boolean owns(Thread thread) {
            return thread.getName().equals("tcp-hub");
        }

        @Override
        public void cut() {
            close();
        }

        @Override
        public void restore() {
            loss = Loss.NONE;
            hub.stall(false);
            hub.refuse(false);
            boolean isListening = false;
            while (!isListening) {
                try {
                    hub.listen();
                    isListening = true;
                } catch (IOException taken) {
                    Thread.onSpinWait(); // for a moment, by a client that has connected to itself
                }
            }
        }

        @Override
        public void restart() {
            cut();
            restore();
        }

        @Override
        public void stall() {
            hub.stall(true);
        }

        @Override
        public void reject() {
            hub.refuse(true);
        }

        @Override
        public void drop() {
            loss = Loss.DROP;
        }

        @Override
        public void duplicate() {
            loss = Loss.DUPLICATE;
        }

        @Override
        public void swap() {
            loss = Loss.SWAP;
        }

        @Override
        public void close() {
            try {
                hub.close();
            } catch (IOException alreadyClosed) {
                return;
            }
        }
    }
}
