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
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
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
        lookUp(addresses);
        assertThat(addresses.count()).isEqualTo(3);
    }

    private static void lookUp(Addresses addresses) throws Exception {
        addresses
                .getResolver(GlobalEventExecutor.INSTANCE)
                .resolve(InetSocketAddress.createUnresolved("127.0.0.1", 1))
                .await();
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

    /** While the look-up lasts longer than the head start, it is not known that there is another address. */
    @Test
    void anAttemptWhoseLookUpIsSlowUsesUpNoOther() throws Exception {
        Addresses slow = new Addresses(name -> new InetAddress[2]);
        AtomicInteger headStarts = new AtomicInteger();
        Executor counting = task -> {
            task.run();
            headStarts.incrementAndGet();
        };
        CompletableFuture<CommandLink> first = new CompletableFuture<>();
        Supplier<CompletableFuture<CommandLink>> attempt = () -> {
            turns.add(slow.turn());
            return turns.size() == 1 ? first : new CompletableFuture<>();
        };
        CompletableFuture<CommandLink> opening = new Opening<>(attempt, slow, counting, HEAD_START).start();
        Recorder.eventually().until(() -> headStarts.get() == 1);
        lookUp(slow);
        first.completeExceptionally(new ConnectException("says this test"));

        assertThat(turns).containsExactly(0, 1);
        assertThat(opening).isNotDone();
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
