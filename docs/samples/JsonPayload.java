import io.broker4j.Broker;
import io.broker4j.Topic;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

public class JsonPayload {
    record Order(String id, int quantity) {}

    public static void main(String[] args) throws Exception {
        Topic<Order> orders = Topic.json("shop.orders", Order.class); // needs Jackson 3
        BlockingQueue<Order> shipped = new LinkedBlockingQueue<>();
        try (Broker broker = Broker.open("memory:")) {
            broker.subscribe(orders, message -> shipped.add(message.payload())).join();
            broker.publisher(orders).publish(new Order("42", 3)).join();
            System.out.println(shipped.poll(5, TimeUnit.SECONDS));
        }
    }
}
// prints Order[id=42, quantity=3]
