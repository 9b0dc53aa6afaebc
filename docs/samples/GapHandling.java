import io.broker4j.Broker;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import io.broker4j.inmemory.InMemoryMedium;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

public class GapHandling {
    public static void main(String[] args) throws Exception {
        Topic<String> prices = Topic.text("market.prices");
        CompletableFuture<String> closing = new CompletableFuture<>();
        Subscriber<String> display = Subscriber.of(
                price -> {
                    System.out.println(price.payload());
                    if (price.payload().startsWith("closing")) {
                        closing.complete(price.payload());
                    }
                },
                gap -> System.out.println(gap)); // in order with the messages: here is the place to load the state anew
        try (InMemoryMedium medium = InMemoryMedium.named("market");
                Broker exchange = Broker.open(medium.locator());
                Broker trader = Broker.open(medium.locator())) {
            trader.subscribe(prices, display).join();
            exchange.publisher(prices).publish("opening 100").join();
            medium.disconnect(trader);
            exchange.publisher(prices).publish("highest 107").join(); // the trader does not hear this
            medium.reconnect(trader);
            exchange.publisher(prices).publish("closing 103").join();
            closing.get(5, TimeUnit.SECONDS);
        }
    }
}
// prints opening 100
// prints gap in market.prices: messages may be missing, DISCONNECTED (README#gap)
// prints gap in market.prices: 1 message may be missing, SEQUENCE (README#gap)
// prints closing 103
