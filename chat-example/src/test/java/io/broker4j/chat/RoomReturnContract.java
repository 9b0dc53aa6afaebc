package io.broker4j.chat;

import static io.broker4j.chat.ChatClient.in;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What whoever comes back to a place in a room is told: what it missed, or that this is not known. */
abstract class RoomReturnContract extends SharedRoom {
    private static final int FRAME = 128 << 10;

    RoomReturnContract(DurableRooms medium) {
        super(medium);
    }

    private static int bytes(JsonNode frame) {
        return frame.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    @Test
    void alsoAnEmptyRoomHasAPlaceToComeBackTo() {
        String place;
        try (ChatClient ada = guest(first)) {
            JsonNode joined = join(ada);
            assertThat(joined.path("msgs")).isEmpty();
            place = p(joined);
        }
        try (ChatClient ada = guest(second)) {
            JsonNode joined = ada.resume(ROOM, place);
            assertThat(joined.path("recovered").asBoolean()).isTrue();
            assertThat(joined.path("msgs")).isEmpty();
        }
        numbered(0, 3).forEach(this::append);
        try (ChatClient ada = guest(second)) {
            JsonNode joined = ada.resume(ROOM, place);
            assertThat(joined.path("recovered").asBoolean()).isTrue();
            assertThat(cids(joined.path("msgs"))).isEqualTo(numbered(0, 3));
        }
    }

    @Test
    void whoComesBackIsToldExactlyWhatItMissedFromTheTailOrFromTheLog() {
        try (ChatClient keeper = in(first, "Keeper", ROOM);
                ChatClient ada = in(first, "Ada", ROOM)) {
            List<JsonNode> live = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                append("c" + i);
                live.add(ada.next("msg"));
            }
            // The first server has it all in its tail, the second has only the latest page.
            for (ChatServer server : List.of(first, second)) {
                for (int heard : new int[] {0, 1, 100, 149, 150, 198, 199}) {
                    try (ChatClient back = guest(server)) {
                        JsonNode joined = back.resume(ROOM, p(live.get(heard)));
                        assertThat(joined.path("recovered").asBoolean()).isTrue();
                        assertThat(joined.path("msgs")).containsExactlyElementsOf(live.subList(heard + 1, 200));
                        assertThat(p(joined)).isEqualTo(p(live.get(199)));
                    }
                }
            }
            keeper.leave(ROOM);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "nowhere", "0-1", "1-0", "99999999999999-0", "18446744073709551615-18446744073709551615"})
    void whatIsNoPlaceInThisRoomGivesTheLatestPage(String after) {
        numbered(0, 60).forEach(this::append);
        try (ChatClient ada = guest(first);
                ChatClient bob = guest(first)) {
            for (ChatClient each : List.of(ada, bob)) {
                JsonNode joined = each.resume(ROOM, after);
                assertThat(joined.path("recovered").asBoolean(true)).isFalse();
                assertThat(cids(joined.path("msgs"))).isEqualTo(numbered(10, 60));
            }
            append("next");
            assertThat(cids(List.of(ada.next("msg"), bob.next("msg")))).containsOnly("next");
        }
    }

    @Test
    void aLogThatNoLongerReachesBackGivesTheLatestPage() throws Exception {
        try (ChatClient ada = in(first, "Ada", ROOM)) {
            numbered(0, 100).forEach(this::append);
            String early = p(ada.next("msg"));
            for (int i = 1; i < 100; i++) {
                ada.next("msg");
            }
            medium.forgetAllBut(20, topic());
            try (ChatClient back = guest(second)) {
                JsonNode joined = back.resume(ROOM, early);
                assertThat(joined.path("recovered").asBoolean(true)).isFalse();
                assertThat(cids(joined.path("msgs"))).isEqualTo(numbered(80, 100));
            }
        }
    }

    @Test
    void aLotIsToldInFramesOfBoundedSizeAndBeforeAnythingLive() {
        String large = "\uD83D\uDE80".repeat(2_000);
        String start;
        try (ChatClient ada = guest(first)) {
            start = p(join(ada));
            for (int i = 0; i < 120; i++) {
                append(ServerFrames.msg(ROOM, 1, EVE, "c" + i, large));
            }
        }
        try (ChatClient back = guest(second)) {
            JsonNode joined = back.resume(ROOM, start);
            assertThat(joined.path("recovered").asBoolean()).isTrue();
            assertThat(bytes(joined)).isBetween(FRAME - 20_000, FRAME);
            append("live");
            List<String> seen = new ArrayList<>(cids(joined.path("msgs")));
            while (seen.size() < 121) {
                seen.add(back.next("msg").path("cid").asString());
            }
            assertThat(seen.subList(0, 120)).isEqualTo(numbered(0, 120));
            assertThat(seen.get(120)).isEqualTo("live");
            JsonNode page = back.more(ROOM, p(joined), 100);
            assertThat(bytes(page)).isBetween(FRAME - 20_000, FRAME);
            assertThat(page.path("end").asBoolean(true)).isFalse();
        }
    }

    @Test
    void whenTheLogIsLostEverybodyIsToldAndNobodySeesAnythingTwice() throws Exception {
        try (ChatClient ada = in(first, "Ada", ROOM);
                ChatClient bob = in(second, "Bob", ROOM)) {
            append("c0");
            String place = p(ada.next("msg"));
            bob.next("msg");
            medium.forget(topic());
            append("c1");
            for (ChatClient each : List.of(ada, bob)) {
                JsonNode joined = each.next("joined");
                assertThat(joined.path("recovered").asBoolean(true)).isFalse();
                List<String> seen = new ArrayList<>(cids(joined.path("msgs")));
                if (seen.isEmpty()) {
                    seen.add(each.next("msg").path("cid").asString());
                }
                assertThat(seen).containsExactly("c1");
            }
            append("c2");
            assertThat(cids(List.of(ada.next("msg"), bob.next("msg")))).containsOnly("c2");
            try (ChatClient late = guest(first);
                    ChatClient lateElsewhere = guest(server(ChatConfig.local("later")))) {
                for (ChatClient each : List.of(late, lateElsewhere)) {
                    JsonNode joined = each.resume(ROOM, place);
                    assertThat(joined.path("recovered").asBoolean(true)).isFalse();
                    assertThat(cids(joined.path("msgs"))).containsExactly("c1", "c2");
                }
            }
        }
    }
}
