import static io.broker4j.PublishException.Outcome.NOT_SENT;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.broker4j.PublishException;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import org.junit.jupiter.api.Test;

public class StubbedPublisherTest {
    /** The code under test depends on a publisher only, not on a broker. */
    record Checkout(Publisher<String> orders) {
        boolean buy(String id) {
            return orders.publish(id)
                    .handle((receipt, failure) -> failure == null)
                    .join();
        }
    }

    private final Publisher<String> orders = mock();

    @Test
    void whatWasPublishedIsBought() {
        when(orders.publish("42")).thenReturn(completedFuture(Receipt.of("shop.orders", "1")));
        assertThat(new Checkout(orders).buy("42")).isTrue();
    }

    @Test
    void whatWasRefusedIsNotBought() {
        when(orders.publish("42")).thenReturn(failedFuture(new PublishException(NOT_SENT, "told to fail")));
        assertThat(new Checkout(orders).buy("42")).isFalse();
    }
}
