package io.broker4j.chat;

import org.junit.jupiter.api.Nested;

/** What two servers on one medium remember of a room, whatever the medium is. */
abstract class DurableRooms {
    /** Of the medium; each test has one of its own. */
    abstract String locator();

    /** Forgets everything that was published to a topic. */
    abstract void forget(String topic) throws Exception;

    /** Forgets all but the newest. */
    abstract void forgetAllBut(int kept, String topic) throws Exception;

    @Nested
    class History extends RoomHistoryContract {
        History() {
            super(DurableRooms.this);
        }
    }

    @Nested
    class Return extends RoomReturnContract {
        Return() {
            super(DurableRooms.this);
        }
    }

    @Nested
    class Repeats extends RoomRepeatsContract {
        Repeats() {
            super(DurableRooms.this);
        }
    }

    @Nested
    class Busy extends BusyRoomContract {
        Busy() {
            super(DurableRooms.this);
        }
    }
}
