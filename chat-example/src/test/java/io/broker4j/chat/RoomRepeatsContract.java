package io.broker4j.chat;

import static io.broker4j.chat.ChatClient.in;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is sent again, to whichever server, is one message. */
abstract class RoomRepeatsContract extends SharedRoom {
    RoomRepeatsContract(DurableRooms medium) {
        super(medium);
    }

    @Test
    void aMessageSentAgainOnWhateverServerIsOneAndEachAckNamesItsPlace() throws Exception {
        String key = "000102030405060708090a0b0c0d0e0f";
        try (ChatClient bob = in(second, "Bob", ROOM)) {
            String place;
            try (ChatClient ada = ChatClient.connect(first).introducedBy(key, "Ada")) {
                join(ada);
                ada.send(ROOM, "c1", "once");
                place = p(ada.await("ack"));
                assertThat(p(bob.next("msg"))).isEqualTo(place);
                ada.send(ROOM, "c1", "once");
                assertThat(p(ada.await("ack"))).isEqualTo(place);
            }
            for (ChatServer server : List.of(second, server(ChatConfig.local("restarted")))) {
                try (ChatClient ada = ChatClient.connect(server).introducedBy(key, "Ada")) {
                    assertThat(cids(join(ada).path("msgs"))).containsExactly("c1");
                    ada.send(ROOM, "c1", "once");
                    assertThat(p(ada.next("ack"))).isEqualTo(place);
                }
            }
            try (ChatClient somebodyElse = in(first, "Somebody else", ROOM)) {
                somebodyElse.send(ROOM, "c1", "another id, another message");
                assertThat(p(somebodyElse.await("ack"))).isNotEqualTo(place);
            }
            assertThat(bob.next("msg").path("text").asString()).startsWith("another id");
        }
    }

    /** Both are on their way before either has been read: both are in the log, and the log tells which one counts. */
    @Test
    void alsoOfTwoThatAreSentAtOnceEachAckNamesThePlaceOfTheFirst() {
        String key = "000102030405060708090a0b0c0d0e0f";
        try (ChatClient bob = in(second, "Bob", ROOM);
                ChatClient here = ChatClient.connect(first).introducedBy(key, "Ada");
                ChatClient there = ChatClient.connect(second).introducedBy(key, "Ada")) {
            join(here);
            join(there);
            for (String cid : numbered(0, 50)) {
                here.send(ROOM, cid, "once");
                there.send(ROOM, cid, "once");
                here.send(ROOM, cid, "once");
            }
            List<JsonNode> seen = new ArrayList<>();
            hear(bob, seen, 50);
            assertThat(cids(seen)).isEqualTo(numbered(0, 50));
            bob.hasHeardNothingElse();
            List<String> places = seen.stream().map(RoomRepeatsContract::placed).toList();
            assertThat(acks(there, 50)).containsExactlyInAnyOrderElementsOf(places);
            assertThat(acks(here, 2 * 50))
                    .containsExactlyInAnyOrderElementsOf(
                            Stream.concat(places.stream(), places.stream()).toList());
        }
    }

    /** In any order: what is known already is acknowledged at once, before what is on its way. */
    private static List<String> acks(ChatClient client, int count) {
        return Stream.generate(() -> placed(client.await("ack"))).limit(count).toList();
    }

    private static String placed(JsonNode frame) {
        return frame.path("cid").asString() + " at " + p(frame);
    }

    @Test
    void theLaterEntryIsDroppedByEveryServerLiveAndInHistoryAndWhereverItBeginsToRead() throws Exception {
        try (ChatClient ada = in(first, "Ada", ROOM);
                ChatClient bob = in(second, "Bob", ROOM)) {
            numbered(0, 100).forEach(this::append);
            append("c10");
            append("c99");
            numbered(100, 120).forEach(this::append);
            List<JsonNode> live = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                live.add(ada.next("msg"));
                assertThat(bob.next("msg")).isEqualTo(live.get(i));
            }
            assertThat(cids(live)).isEqualTo(numbered(0, 120));
            for (ChatServer server : List.of(first, server(ChatConfig.local("later")))) {
                try (ChatClient late = guest(server)) {
                    JsonNode joined = join(late);
                    assertThat(cids(joined.path("msgs"))).isEqualTo(numbered(70, 120));
                    JsonNode page = late.more(ROOM, p(live.get(110)), 20);
                    assertThat(cids(page.path("msgs"))).isEqualTo(numbered(90, 110));
                    late.leave(ROOM);
                    assertThat(cids(late.resume(ROOM, p(live.get(95))).path("msgs")))
                            .isEqualTo(numbered(96, 120));
                    late.leave(ROOM);
                    assertThat(cids(late.resume(ROOM, p(live.get(20))).path("msgs")))
                            .isEqualTo(numbered(21, 120));
                }
            }
            ada.hasHeardNothingElse();
        }
    }
}
