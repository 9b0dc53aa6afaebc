package io.broker4j.chat;

import static io.broker4j.chat.ChatClient.in;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What whoever joins or pages back is shown of a room. */
abstract class RoomHistoryContract extends SharedRoom {
    RoomHistoryContract(DurableRooms medium) {
        super(medium);
    }

    @Test
    void whoJoinsSeesTheLatestPageOldestFirstAndTheVeryMessagesThatWereLive() {
        List<JsonNode> live = new ArrayList<>();
        try (ChatClient ada = in(first, "Ada", ROOM);
                ChatClient late = guest(first);
                ChatClient elsewhereAndLate = guest(second)) {
            for (int i = 0; i < SHOWN + 10; i++) {
                append("c" + i);
                live.add(ada.next("msg"));
            }
            for (ChatClient each : List.of(late, elsewhereAndLate)) {
                JsonNode joined = join(each);
                assertThat(joined.path("recovered").asBoolean(true)).isFalse();
                assertThat(joined.path("msgs")).containsExactlyElementsOf(live.subList(10, live.size()));
                assertThat(p(joined)).isEqualTo(p(live.get(live.size() - 1)));
            }
        }
    }

    @Test
    void pagesLeadBackToTheBeginningAndSayWhereThatIs() {
        numbered(0, 205).forEach(this::append);
        try (ChatClient ada = guest(first)) {
            JsonNode joined = join(ada);
            List<String> seen = new ArrayList<>(cids(joined.path("msgs")));
            String before = p(joined.path("msgs").get(0));
            for (int limit : new int[] {1, 4, 50, 1_000}) {
                JsonNode page = ada.more(ROOM, before, limit);
                assertThat(page.path("end").asBoolean()).isEqualTo(limit == 1_000);
                assertThat(page.path("msgs")).hasSize(Math.min(limit, 100));
                seen.addAll(0, cids(page.path("msgs")));
                before = p(page.path("msgs").get(0));
            }
            assertThat(seen).isEqualTo(numbered(0, 205));
            JsonNode page = ada.more(ROOM, before, 10);
            assertThat(page.path("msgs")).isEmpty();
            assertThat(page.path("end").asBoolean()).isTrue();
        }
    }

    @Test
    void whatCannotBePagedIsRefused() {
        try (ChatClient ada = in(first, "Ada", ROOM)) {
            String more = "{\"t\":\"more\",\"r\":%s,\"before\":%s,\"limit\":%d}";
            ada.say(more.formatted("\"elsewhere\"", "\"7-0\"", 10));
            assertThat(ada.next("err").path("code").asString()).isEqualTo("not_joined");
            ada.say(more.formatted(ChatClient.quoted(ROOM), "\"x\"", 10));
            JsonNode err = ada.next("err");
            assertThat(err.path("code").asString()).isEqualTo("invalid");
            assertThat(err.path("r").asString()).isEqualTo(ROOM);
            ada.say(more.formatted(ChatClient.quoted(ROOM), "\"7-0\"", 0));
            assertThat(ada.next("err").path("code").asString()).isEqualTo("invalid");
        }
    }

    @Test
    void whatAnotherProgramPutThereIsSkippedAndBreaksNobody() {
        append("hello from elsewhere".getBytes(StandardCharsets.UTF_8));
        append("c0");
        append(new byte[] {(byte) 0xFF});
        append(ServerFrames.msg("another room", 1, EVE, "c1", "x"));
        try (ChatClient ada = guest(first)) {
            JsonNode joined = join(ada);
            assertThat(cids(joined.path("msgs"))).containsExactly("c0");
            String place = p(joined);
            append(new byte[0]);
            append("c2");
            assertThat(ada.next("msg").path("cid").asString()).isEqualTo("c2");
            assertThat(first.rooms().skipped()).isEqualTo(1);
            try (ChatClient back = guest(second)) {
                JsonNode answer = back.resume(ROOM, place);
                assertThat(answer.path("recovered").asBoolean()).isTrue();
                assertThat(cids(answer.path("msgs"))).containsExactly("c2");
            }
            assertThat(ada.more(ROOM, place, 10).path("end").asBoolean()).isTrue();
        }
    }

    @Test
    void aRoomInWhichNobodySaysAnythingIsForgottenSomeDay() throws Exception {
        Timings forgetful = Timings.DEFAULTS.withIdleRoom(Duration.ofMillis(300));
        ChatServer server = server(ChatConfig.local("forgetful").withTimings(forgetful));
        try (ChatClient ada = in(server, "Ada", ROOM)) {
            ada.send(ROOM, "c1", "soon forgotten");
            ada.await("ack");
            ada.leave(ROOM);
        }
        Eventually.equal(0, () -> {
            try (ChatClient bob = guest(server)) {
                return join(bob).path("msgs").size();
            }
        });
    }
}
