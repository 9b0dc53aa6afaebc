package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.Retention;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import io.broker4j.testkit.Inbox;
import io.broker4j.testkit.TcpProxy;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The one member of a group whose log was deleted creates it anew, and the answer to that is lost (L7). */
class GroupBegunAnewTest {
    private static final Topic<String> TOPIC = Topic.text("anew").durable(Retention.count(100));

    @Test
    void itIsToldAlthoughThereIsSuchAGroupAlready() {
        try (RestrictedRedis redis = RestrictedRedis.startForLogs();
                TcpProxy proxy = TcpProxy.to(redis.port());
                Broker member = Broker.open(RestrictedRedis.uri(proxy));
                Broker publisher = Broker.open(redis.uri())) {
            Inbox<String> inbox = new Inbox<>();
            member.subscribe(TOPIC, SubscribeOptions.DEFAULTS.withGroup("g"), inbox)
                    .join();
            publisher.publisher(TOPIC).publish("before").join();
            inbox.await(1);
            proxy.cutAfterRequest(new String(Script.CREATE.hash(), StandardCharsets.US_ASCII));
            redis.command("DEL", "b4j:" + TOPIC);
            publisher.publisher(TOPIC).publish("after").join();
            assertThat(inbox.awaitUpTo("after")).containsExactly("before", "after");
            assertThat(inbox.gaps()).containsExactly(Gap.of(TOPIC.name(), Reason.RESET));
        }
    }
}
