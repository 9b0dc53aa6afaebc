package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** Connections that a proxy ends at once, and those that it refuses until it is told otherwise. */
class ProxyOutageTest extends ProxiedPairs {
    @Test
    void resetEndsPresentConnectionsAndAcceptsNewOnes() throws IOException {
        try (Pair one = new Pair();
                Pair other = new Pair()) {
            proxy.reset();

            assertThat(proxy.connections()).isZero();
            assertThat(receiveUntilReset(one.client)).isEmpty();
            assertThat(receiveUntilReset(one.server)).isEmpty();
            assertThat(receiveUntilReset(other.client)).isEmpty();
        }
        assertForwardsBothWays();
    }

    @Test
    void cutRefusesConnectionsUntilRestored() throws IOException {
        try (Pair pair = new Pair()) {
            proxy.cut();
            proxy.cut();

            assertThat(receiveUntilReset(pair.client)).isEmpty();
            assertThat(receiveUntilReset(pair.server)).isEmpty();
            assertThatThrownBy(this::dial).isInstanceOf(ConnectException.class);
        }
        proxy.restore();
        proxy.restore();
        assertForwardsBothWays();
    }

    @Test
    void restoreNamesThePortThatSomebodyTook() throws IOException {
        proxy.cut();
        try (ServerSocket thief = new ServerSocket(proxy.port(), 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatIllegalStateException()
                    .isThrownBy(proxy::restore)
                    .withMessageContaining(Integer.toString(thief.getLocalPort()));
        }
        proxy.restore();
        assertForwardsBothWays();
    }

    @Test
    void closedProxyHasResetItsConnectionsAndRefusesToBeUsed() throws IOException {
        try (Pair pair = new Pair()) {
            proxy.close();
            proxy.close();

            assertThat(receiveUntilReset(pair.client)).isEmpty();
            assertThatThrownBy(this::dial).isInstanceOf(ConnectException.class);
            assertThatIllegalStateException().isThrownBy(proxy::restore).withMessageContaining("closed");
        }
    }
}
