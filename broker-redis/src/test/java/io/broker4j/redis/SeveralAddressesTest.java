package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broker4j.spi.Locator;
import io.broker4j.testkit.RedisServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A name with several addresses, of which the server has one, and not always the same: all are tried (C1). */
class SeveralAddressesTest {
    private static final String SERVER = "127.0.0.1";
    private static final String NOBODY = "127.0.0.2";
    private static final String SILENT = "127.0.0.3";
    private static RedisServer redis;

    private LettuceClient client;

    @BeforeAll
    static void startServer() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stopServer() {
        redis.close();
    }

    @AfterEach
    void closeClient() {
        client.close(Duration.ofSeconds(5));
    }

    private void nameHas(String... numbers) {
        InetAddress[] addresses =
                Stream.of(numbers).map(SeveralAddressesTest::address).toArray(InetAddress[]::new);
        Addresses lookUp = new Addresses(name -> addresses);
        RedisOptions options = RedisOptions.from(Locator.parse("redis://several.example:" + redis.port()));
        client = LettuceClient.over(options, lookUp);
    }

    private static InetAddress address(String number) {
        try {
            return InetAddress.getByName(number);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void anAddressWhereNobodyListensIsPassedOver() throws Exception {
        nameHas(NOBODY, NOBODY, SERVER);
        open();
        open(); // the next begins where the server was found
    }

    @Test
    void anAddressThatDoesNotAnswerIsPassedOverWithinTheTimeToOpen() throws Exception {
        try (ServerSocket silent = new ServerSocket()) {
            silent.bind(new InetSocketAddress(SILENT, redis.port()));
            nameHas(SILENT, NOBODY, SERVER);
            open();
        }
    }

    @Test
    void whatAnAddressAnsweredIsToldBeforeThatOthersDidNot() throws Exception {
        try (RedisServer locked = RedisServer.start("--requirepass", "sesame")) {
            InetAddress[] addresses = {address(SERVER), address(NOBODY)};
            RedisOptions options = RedisOptions.from(Locator.parse("redis://several.example:" + locked.port()));
            client = LettuceClient.over(options, new Addresses(name -> addresses));
            assertThatThrownBy(() -> client.openPublishLink().get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("NOAUTH");
        }
    }

    @Test
    void ifNobodyAnswersAnyAddressIsNamed() {
        nameHas(NOBODY, SILENT);
        assertThatThrownBy(() -> client.openPublishLink().get(30, TimeUnit.SECONDS))
                .hasMessageContainingAll("cannot reach", "is it running?");
    }

    private void open() throws Exception {
        CommandLink link = client.openPublishLink().get(30, TimeUnit.SECONDS);
        assertThat(link.isOpen()).isTrue();
    }
}
