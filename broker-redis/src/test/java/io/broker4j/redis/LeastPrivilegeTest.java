package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Groups;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a user with the README's rights, and of one who lacks one of them from the beginning. */
class LeastPrivilegeTest {
    /** The server asks nobody for the first two; others it carries out as part of HELLO, or we go on without them. */
    private static final Set<String> DISPENSABLE = Set.of("hello", "auth", "client|setname", "client|id", "ping");

    /** By right: what the ACL line in the message gives back. */
    private static final Map<String, String> NEEDED = Map.of(
            "publish", "+publish &b4j:*",
            "subscribe", "+subscribe &b4j:*",
            "psubscribe", "+psubscribe &b4j:p.*",
            "unsubscribe", "+unsubscribe",
            "punsubscribe", "+punsubscribe");

    static Set<String> dispensable() {
        return DISPENSABLE;
    }

    static Set<String> needed() {
        return NEEDED.keySet();
    }

    @Test
    void theUserOfTheReadmeMayDoAllThatABrokerDoes() {
        try (RestrictedRedis redis = RestrictedRedis.start("b4j:p.*")) {
            assertWorks(redis);
        }
    }

    @ParameterizedTest
    @MethodSource("dispensable")
    void withoutThisRightABrokerWorksAndIsRefusedNothing(String command) {
        try (RestrictedRedis redis = RestrictedRedis.start("b4j:p.*")) {
            redis.change("-" + command);
            assertWorks(redis);
        }
    }

    @Test
    void aClientThatMayNotSayWhatItIsWorks() {
        try (RestrictedRedis redis = RestrictedRedis.start("b4j:p.*")) {
            if (ReadmeUser.KNOWN) {
                redis.change("-" + ReadmeUser.SINCE_7_2);
                redis.expectRefusals("command " + ReadmeUser.SINCE_7_2 + " app");
            }
            assertWorks(redis);
        }
    }

    @Test
    void aDatabaseNeedsTheRightThatTheReadmeNames() {
        try (RestrictedRedis redis = RestrictedRedis.start("b4j:p.*")) {
            String locator = redis.uri() + "/1";
            redis.expectRefusals("command select app");
            assertThatThrownBy(() -> Broker.open(locator)).hasMessageContaining("select");
            redis.change("+select");
            Broker.open(locator).close();
        }
    }

    private static void assertWorks(RestrictedRedis redis) {
        try (Transports app = Transports.open(redis.uri())) {
            app.subscribed("a", "p.*", "*");
            app.published("a", "x");
            app.recorder.awaitLines("a|a|x", "*|a|x");
            redis.command("CLIENT", "KILL", "TYPE", "pubsub");
            app.recorder.awaitLines("renewed a", "renewed p.*", "renewed *");
            app.unsubscribe("a");
            app.unsubscribe("p.*");
            app.unsubscribe("*");
            await().atMost(Recorder.GENEROUS)
                    .until(() -> redis.command("PUBSUB", "CHANNELS", "b4j:a").isEmpty()
                            && redis.command("PUBSUB", "NUMPAT").equals("0"));
        }
    }

    @ParameterizedTest
    @MethodSource("needed")
    void aMissingRightIsNamedWithTheAclLineThatGivesIt(String command) {
        try (RestrictedRedis redis = RestrictedRedis.start("b4j:p.*")) {
            redis.change("-" + command);
            redis.expectRefusals("command " + command + " app");
            try (Transports app = Transports.open(redis.uri())) {
                List<String> words = failures(app);
                String line = "ACL SETUSER app " + NEEDED.get(command) + " ";
                await().atMost(Recorder.GENEROUS)
                        .untilAsserted(() ->
                                assertThat(words + " " + app.recorder.events()).contains(line));
            }
        }
    }

    @Test
    void aRightThatAConnectionBeginsWithIsNamedByOpen() {
        try (RestrictedRedis redis = RestrictedRedis.start()) {
            redis.expectRefusals("command select app");
            assertThatThrownBy(() -> Transports.open(redis.uri() + "/3"))
                    .hasMessageContaining("ACL SETUSER app +select (README#acl)");
        }
    }

    private static List<String> failures(Transports app) {
        List<String> words = new ArrayList<>();
        List<CompletableFuture<Void>> all = List.of(app.subscribe("a"), app.subscribe("p.*"), app.publish("a", "x"));
        for (CompletableFuture<Void> each : all) {
            Transports.get(each.handle((done, failure) -> words.add(String.valueOf(failure))));
        }
        app.unsubscribe("a");
        app.unsubscribe("p.*");
        return words;
    }

    @Test
    void aMissingChannelIsNamedWithTheAclLineThatGivesIt() {
        try (RestrictedRedis redis = RestrictedRedis.start()) {
            redis.change("resetchannels");
            redis.expectRefusals("channel b4j:a app", "channel b4j:p.* app");
            try (Transports app = Transports.open(redis.uri())) {
                assertThat(failures(app).toString())
                        .contains(
                                "ACL SETUSER app +publish &b4j:* ",
                                "ACL SETUSER app +subscribe &b4j:* ",
                                "ACL SETUSER app +psubscribe &b4j:p.* ");
            }
        }
    }

    @Test
    void everyCommandOfTheReadmeIsTriedHere() {
        Set<String> tried = new TreeSet<>(DISPENSABLE);
        tried.addAll(NEEDED.keySet());
        if (ReadmeUser.KNOWN) {
            tried.add(ReadmeUser.SINCE_7_2);
        }
        assertThat(ReadmeUser.commands()).containsExactlyInAnyOrderElementsOf(tried);
    }

    @Test
    void durableTopicsNeedTheRightsThatTheirErrorsNameAndNoOthers() {
        assertThat(String.join(" ", ReadmeUser.logRules())).isEqualTo(ErrorReplies.LOG_RIGHTS);
        try (RestrictedRedis redis = RestrictedRedis.startForLogs();
                Transports app = Transports.open(redis.uri())) {
            Groups groups = Logs.groups(app);
            Groups.Member one = new Groups.Member("t", "g", "one");
            Groups.Member two = new Groups.Member("t", "g", "two");
            Retention expiring = Logs.KEEP.expireWhenIdle(Duration.ofHours(1));
            Position a = Transports.get(Logs.of(app).append("t", Logs.frame("a"), expiring));
            Position b = Transports.get(Logs.of(app).append("t", Logs.frame("b"), Logs.KEEP));
            Transports.get(Logs.of(app).read("t", a, 10, 100));
            Transports.get(Logs.of(app).readBack("t", Optional.empty(), 10, 100));
            Transports.get(Logs.of(app).info("t"));
            Transports.get(groups.create("t", "g", a, OptionalLong.empty()));
            redis.command("XTRIM", "b4j:t", "MAXLEN", "0");
            assertThat(Transports.get(groups.claim(one, 10, 100)).trimmed()).isEqualTo(1);
            Position c = Transports.get(Logs.of(app).append("t", Logs.frame("c"), expiring));
            Transports.get(groups.claim(one, 10, 100));
            Transports.get(groups.pending(one, b, 10));
            Transports.get(groups.retry(one, c, 2));
            Transports.get(groups.renew(one, List.of(c)));
            Transports.get(groups.release(one, Map.of(c, 2)));
            Transports.get(groups.takeOver(two, Duration.ZERO, 10));
            assertThat(Transports.get(groups.bury(two, c, "dead.g.t", Logs.frame("c"), expiring)))
                    .hasValue(0);
            Transports.get(groups.ack(two, List.of(c)));
            Transports.get(groups.info("t", "g"));
        }
    }
}
