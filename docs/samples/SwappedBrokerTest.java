import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Publisher;
import io.broker4j.Topic;
import io.broker4j.testkit.Inbox;
import org.junit.jupiter.api.Test;

public class SwappedBrokerTest {
    static final Topic<String> ORDERS = Topic.text("shop.orders");
    static final Topic<String> SHIPPED = Topic.text("shop.shipped");

    /** The code under test knows a broker, not which one; in production it is given Broker.open("redis://…"). */
    static void startWarehouse(Broker broker) {
        Publisher<String> shipped = broker.publisher(SHIPPED);
        broker.subscribe(ORDERS, order -> shipped.publish(order.payload())).join();
    }

    @Test
    void whatIsOrderedIsShipped() {
        try (Broker broker = Broker.open(System.getProperty("broker", "memory:"))) {
            startWarehouse(broker);
            Inbox<String> inbox = new Inbox<>(); // collects, and waits for what should arrive
            broker.subscribe(SHIPPED, inbox).join();
            broker.publisher(ORDERS).publish("42").join();
            assertThat(inbox.await(1)).containsExactly("42");
        }
    }
}
