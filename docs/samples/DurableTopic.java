import io.broker4j.Broker;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import io.broker4j.testkit.Inbox;

public class DurableTopic {
    public static void main(String[] args) {
        Topic<String> room = Topic.text("chat.lobby").durable(Retention.count(10_000));
        Inbox<String> late = new Inbox<>();
        Inbox<String> back = new Inbox<>();
        try (Broker broker = Broker.open(args.length == 0 ? "memory:" : args[0])) { // or "redis://localhost"
            Position seen = broker.publisher(room).publish("one").join().position().orElseThrow();
            broker.publisher(room).publish("two").join();
            broker.publisher(room).publish("three").join();

            broker.subscribe(room, SubscribeOptions.DEFAULTS.withStart(Start.last(2)), late).join(); // history, then live
            broker.subscribe(room, SubscribeOptions.DEFAULTS.withStart(Start.after(seen)), back).join(); // what was missed
            broker.publisher(room).publish("four").join();

            System.out.println("late: " + late.await(3));
            System.out.println("back: " + back.await(3));
            broker.history(room, 2).join().messages().forEach(message -> System.out.println("kept: " + message.payload()));
        }
    }
}
// prints late: [two, three, four]
// prints back: [two, three, four]
// prints kept: three
// prints kept: four
