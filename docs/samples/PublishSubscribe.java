import io.broker4j.Broker;
import io.broker4j.Topic;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

public class PublishSubscribe {
    public static void main(String[] args) throws Exception {
        Topic<String> greetings = Topic.text("demo.greetings");
        CompletableFuture<String> heard = new CompletableFuture<>();
        try (Broker broker = Broker.open(args.length == 0 ? "memory:" : args[0])) { // or "redis://localhost"
            broker.subscribe(greetings, message -> heard.complete(message.payload()))
                    .join(); // returns when the subscription is live
            broker.publisher(greetings).publish("hello").join(); // returns when the medium has the message
            System.out.println(heard.get(5, TimeUnit.SECONDS));
        }
    }
}
// prints hello
