import io.broker4j.Broker;
import io.broker4j.Message;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Retry;
import io.broker4j.Topic;
import io.broker4j.testkit.Inbox;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

public class WorkQueue {
    public static void main(String[] args) {
        Topic<String> orders = Topic.text("shop.orders").durable(Retention.count(10_000));
        Topic<String> dead = Topic.text("dead.shipping.shop.orders").durable(Retention.count(10_000));
        Queue<String> shipped = new ConcurrentLinkedQueue<>();
        Inbox<String> buried = new Inbox<>();
        try (Broker broker = Broker.open(args.length == 0 ? "memory:" : args[0])) { // or "redis://localhost"
            SubscribeOptions member = SubscribeOptions.DEFAULTS
                    .withGroup("shipping") // members share the work: run as many as there is to do
                    .withRetry(Retry.DEFAULTS.withMaxDeliveries(2));
            broker.subscribe(orders, member, order -> ship(order, shipped)).join();
            broker.subscribe(dead, SubscribeOptions.DEFAULTS.withStart(Start.earliest()), buried).join();

            broker.publisher(orders).publish("a book").join();
            broker.publisher(orders).publish("an elephant").join();

            System.out.println("gave up: " + buried.await(1));
        }
        System.out.println("shipped: " + shipped);
    }

    /** To return is to acknowledge; to throw is to have it again later. */
    private static void ship(Message<String> order, Queue<String> shipped) {
        if (order.payload().contains("elephant")) {
            throw new IllegalStateException("too large, attempt " + order.attempt());
        }
        shipped.add(order.payload());
    }
}
// prints gave up: [an elephant]
// prints shipped: [a book]
