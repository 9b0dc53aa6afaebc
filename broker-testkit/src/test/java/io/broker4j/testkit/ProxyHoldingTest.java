package io.broker4j.testkit;

import static io.broker4j.testkit.Direction.BOTH;
import static io.broker4j.testkit.Direction.TO_CLIENT;
import static io.broker4j.testkit.Direction.TO_SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a proxy holds back, swallows or delays, and that the rest flows meanwhile. */
class ProxyHoldingTest extends ProxiedPairs {
    private static final int HELD_MILLIS = 150;

    @ParameterizedTest
    @EnumSource(names = {"TO_SERVER", "TO_CLIENT"})
    void stalledWayHoldsItsBytesAndTheOtherWayFlows(Direction way) throws IOException {
        try (Pair pair = new Pair()) {
            proxy.stall(way);
            send(pair.sender(way), "first");
            assertNothingArrives(pair.receiver(way));
            send(pair.receiver(way), "other");
            assertThat(receive(pair.sender(way), 5)).isEqualTo("other");
            send(pair.sender(way), "second");

            proxy.unstall(way);

            assertThat(receive(pair.receiver(way), 11)).isEqualTo("firstsecond");
        }
    }

    @Test
    void stallAppliesToLaterConnectionsAndHoldsTheEndOfTheStream() throws IOException {
        proxy.stall(BOTH);
        try (Pair pair = new Pair()) {
            send(pair.client, "request");
            pair.client.shutdownOutput();
            send(pair.server, "push");
            assertNothingArrives(pair.client);
            assertNothingArrives(pair.server);
            assertThat(proxy.connections()).isOne();

            proxy.unstall(TO_SERVER);
            assertThat(pair.server.getInputStream().readAllBytes()).hasSize(7);
            assertNothingArrives(pair.client);

            proxy.unstall(BOTH);
            assertThat(receive(pair.client, 4)).isEqualTo("push");
        }
    }

    @Test
    void blackHoleSwallowsWhatPresentConnectionsSendAndLaterOnesAreFine() throws IOException {
        try (Pair pair = new Pair()) {
            proxy.stall(TO_CLIENT);
            send(pair.server, "held");
            proxy.blackHole();
            proxy.unstall(TO_CLIENT);
            send(pair.client, "request");
            send(pair.server, "push");
            assertNothingArrives(pair.server);
            assertNothingArrives(pair.client);
            assertForwardsANewPairToItsEnd();

            pair.server.setSoLinger(true, 0);
            pair.server.close();
            assertNothingArrives(pair.client);
            assertThat(proxy.connections()).isOne();
        }
    }

    @Test
    void clientThatClosesABlackHoleResetsIt() throws IOException {
        try (Pair pair = new Pair()) {
            proxy.blackHole();
            pair.client.close();

            assertThat(receiveUntilReset(pair.server)).isEmpty();
            assertThat(proxy.connections()).isZero();
        }
    }

    private void assertForwardsANewPairToItsEnd() throws IOException {
        try (Pair fresh = new Pair()) {
            assertForwardsBothWays(fresh);
            fresh.client.shutdownOutput();
            fresh.server.shutdownOutput();
            assertThat(fresh.client.getInputStream().readAllBytes()).isEmpty();
            assertThat(fresh.server.getInputStream().readAllBytes()).isEmpty();
        }
    }

    @Test
    void delayedBytesArriveInOrderAndNotBeforeTheirTime() throws IOException {
        try (Pair pair = new Pair()) {
            proxy.delay(TO_CLIENT, Duration.ofMillis(HELD_MILLIS));
            long start = System.nanoTime();
            send(pair.server, "slow");
            assertNothingArrives(pair.client, HELD_MILLIS / 3);
            proxy.delay(TO_CLIENT, Duration.ZERO);
            send(pair.server, "fast");

            assertThat(receive(pair.client, 8)).isEqualTo("slowfast");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(HELD_MILLIS));
        }
    }

    @Test
    void delayOfOneWayLeavesTheOtherAlone() throws IOException {
        try (Pair pair = new Pair()) {
            proxy.delay(TO_SERVER, Duration.ofHours(1));
            send(pair.server, "push");

            assertThat(receive(pair.client, 4)).isEqualTo("push");
        }
    }

    @Test
    void heldBytesAreDroppedByAResetAndByACut() throws IOException {
        proxy.stall(TO_CLIENT);
        try (Pair pair = new Pair()) {
            send(pair.server, "held");
            proxy.reset();
            proxy.unstall(BOTH);

            assertThat(receiveUntilReset(pair.client)).isEmpty();
        }
    }

    private static void assertNothingArrives(Socket socket) throws IOException {
        assertNothingArrives(socket, HELD_MILLIS);
    }

    private static void assertNothingArrives(Socket socket, int millis) throws IOException {
        socket.setSoTimeout(millis);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(GENEROUS_MILLIS);
    }

    @Test
    void aNegativeDelayIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.delay(BOTH, Duration.ofMillis(-1)))
                .withMessageContaining("PT-0.001S");
    }
}
