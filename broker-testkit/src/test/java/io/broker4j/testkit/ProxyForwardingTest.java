package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a proxy passes on while nothing is asked of it: bytes, ends and resets. */
class ProxyForwardingTest extends ProxiedPairs {
    @Test
    void bytesAreForwardedBothWays() throws IOException {
        assertForwardsBothWays();
    }

    @ParameterizedTest
    @EnumSource(names = {"TO_SERVER", "TO_CLIENT"})
    void moreThanAllBuffersHoldArrivesUnchanged(Direction way) throws IOException {
        byte[] sent = new byte[20_000_000];
        new Random(1).nextBytes(sent);
        try (Pair pair = new Pair()) {
            CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
                try {
                    pair.sender(way).getOutputStream().write(sent);
                    pair.sender(way).shutdownOutput();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(pair.receiver(way).getInputStream().readAllBytes()).isEqualTo(sent);
            sender.join();
        }
    }

    @Test
    void endOfStreamIsPassedOnAndTheOtherWayStaysOpen() throws IOException {
        try (Pair pair = new Pair()) {
            send(pair.client, "last");
            pair.client.shutdownOutput();
            assertThat(pair.server.getInputStream().readAllBytes()).hasSize(4);
            send(pair.server, "answer");
            pair.server.shutdownOutput();
            assertThat(pair.client.getInputStream().readAllBytes()).hasSize(6);
            assertThat(proxy.connections()).isZero();
        }
    }

    @Test
    void resetByThePeerIsPassedOn() throws IOException {
        try (Pair pair = new Pair()) {
            pair.server.setSoLinger(true, 0);
            pair.server.close();

            assertThat(receiveUntilReset(pair.client)).isEmpty();
        }
    }

    @Test
    void clientIsResetWhenTheTargetRefuses() throws IOException {
        target.close();
        try (Socket client = dial()) {
            assertThat(receiveUntilReset(client)).isEmpty();
        }
    }

    @Test
    void aPortOutOfRangeIsNamed() {
        assertThatIllegalArgumentException().isThrownBy(() -> TcpProxy.to(0)).withMessageContaining("1 to 65535");
    }
}
