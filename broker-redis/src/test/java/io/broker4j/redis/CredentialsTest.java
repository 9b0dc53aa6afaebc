package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Health;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Credentials that change while a broker runs. */
class CredentialsTest {
    private static final String NEXT = "hunter2";

    private final AtomicReference<Mono<RedisCredentials>> provided =
            new AtomicReference<>(credentials(ReadmeUser.PASSWORD));
    private RestrictedRedis redis;
    private Transports transport;

    @BeforeEach
    void open() {
        redis = RestrictedRedis.start();
        RedisCredentialsProvider provider = () -> provided.get();
        RedisURI uri = RedisURI.builder(RedisURI.create("127.0.0.1", redis.port()))
                .withAuthentication(provider)
                .build();
        transport = Transports.open(RedisBrokerBuilder.at(uri).rawWire());
        transport.subscribed("a", "b");
    }

    @AfterEach
    void close() {
        transport.close();
        redis.close();
    }

    private static Mono<RedisCredentials> credentials(String password) {
        return Mono.just(RedisCredentials.just(ReadmeUser.NAME, password));
    }

    /** Connections that exist outlive a change of the password. */
    private void changePassword() {
        redis.change("resetpass", ">" + NEXT);
        redis.command("CLIENT", "KILL", "USER", ReadmeUser.NAME);
    }

    private Health health() {
        return transport.transport.health();
    }

    private void assertOneGapAndLive() {
        transport.recorder.awaitLines("renewed a", "renewed b");
        transport.awaitLive("a", "a");
        transport.awaitLive("b", "b");
        assertThat(transport.recorder.count("renewed a")).isEqualTo(1);
        assertThat(transport.recorder.count("renewed b")).isEqualTo(1);
    }

    @Test
    void theProviderIsAskedForEachConnectionSoThatAPasswordCanBeRotated() {
        provided.set(credentials(NEXT));
        changePassword();
        assertOneGapAndLive();
    }

    @Test
    void withTheOldPasswordHealthSaysWhatIsWrongAndTheNewOneHeals() {
        redis.expectRefusals("auth HELLO app");
        changePassword();
        await().atMost(Recorder.GENEROUS)
                .untilAsserted(() -> assertThat(health().detail())
                        .contains("publish connection is down", "subscribe connection is down", "WRONGPASS"));
        assertThat(health().isUp()).isFalse();
        assertThat(health().detail()).doesNotContain(ReadmeUser.PASSWORD, NEXT);
        provided.set(credentials(NEXT));
        assertOneGapAndLive();
    }

    @Test
    void aProviderThatFailsIsShownInHealthAndAskedAgain() {
        provided.set(Mono.error(new IllegalStateException("the vault is sealed")));
        changePassword();
        await().atMost(Recorder.GENEROUS)
                .untilAsserted(() -> assertThat(health().detail()).contains("the vault is sealed"));
        provided.set(credentials(NEXT));
        assertOneGapAndLive();
    }

    @Test
    void aProviderThatNeverAnswersIsGivenUpAndAskedAgain() {
        provided.set(Mono.never());
        changePassword();
        await().atMost(Recorder.GENEROUS)
                .untilAsserted(() -> assertThat(health().detail()).contains("the provider gave none within 2 s"));
        provided.set(credentials(NEXT));
        assertOneGapAndLive();
    }

    @Test
    void anAclLineNamesNoOtherUserWhereOnlyTheProviderKnowsIt() {
        redis.change("-publish");
        redis.expectRefusals("command publish app");
        assertThat(Transports.failure(transport.publish("a", "x")))
                .hasMessageContaining("ACL SETUSER … +publish")
                .hasMessageNotContaining("default");
    }
}
