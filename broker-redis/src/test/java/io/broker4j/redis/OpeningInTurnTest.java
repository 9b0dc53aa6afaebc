package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In which order the addresses of a name are tried, whatever becomes of an attempt. */
class OpeningInTurnTest {
    private static final Duration HEAD_START = Duration.ofMillis(200);

    private final Addresses addresses = new Addresses(name -> new InetAddress[3]);
    private final List<Integer> turns = new CopyOnWriteArrayList<>();

    @BeforeEach
    void lookUp() throws Exception {
        addresses
                .getResolver(GlobalEventExecutor.INSTANCE)
                .resolve(InetSocketAddress.createUnresolved("127.0.0.1", 1))
                .await();
        assertThat(addresses.count()).isEqualTo(3);
    }

    private CompletableFuture<CommandLink> opening(Supplier<CompletableFuture<CommandLink>> first) {
        Supplier<CompletableFuture<CommandLink>> attempt = () -> {
            turns.add(addresses.turn());
            return turns.size() == 1 ? first.get() : new CompletableFuture<>();
        };
        return new Opening<>(attempt, addresses, Runnable::run, HEAD_START).start();
    }

    /** When the head start of the first attempt ended, the second address was tried again, and the third never. */
    @Test
    void anAttemptThatHasFailedUsesUpNoOther() {
        CompletableFuture<CommandLink> first = new CompletableFuture<>();
        opening(() -> first);
        first.completeExceptionally(new ConnectException("says this test"));
        Recorder.eventually().until(() -> turns.size() == 3);

        assertThat(turns).containsExactly(0, 1, 2);
    }

    /** It had another one begin, at the address that was being tried already. */
    @Test
    void anAttemptThatFailsAfterItsHeadStartUsesUpNoOther() {
        CompletableFuture<CommandLink> first = new CompletableFuture<>();
        opening(() -> first);
        Recorder.eventually().until(() -> turns.size() == 2);
        first.completeExceptionally(new ConnectException("says this test"));
        Recorder.eventually().until(() -> turns.size() == 3);

        assertThat(turns).containsExactly(0, 1, 2);
    }

    /** The attempt never ended, so that no other link was ever opened. */
    @Test
    void anAttemptThatThrowsIsAFailedOne() {
        opening(() -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        Recorder.eventually().until(() -> turns.size() == 3);

        assertThat(turns).containsExactly(0, 1, 2);
    }
}
