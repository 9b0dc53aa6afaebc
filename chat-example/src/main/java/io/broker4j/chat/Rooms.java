package io.broker4j.chat;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.Broker;
import io.netty.buffer.ByteBufAllocator;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * The rooms somebody is in. From any thread.
 *
 * <p>The first to enter opens a room and the last to leave closes it. Leaving and entering again at once makes a second
 * {@link Room} while the first one closes; each has its own members and its own subscription, so neither can end the other.
 */
final class Rooms {
    private final Broker broker;
    private final ByteBufAllocator allocator;
    private final Collection<LoopBatch> batches;
    private final ChatConfig config;
    private final Reads reads;
    private final LongAdder skipped = new LongAdder();

    @GuardedBy("this")
    private final Map<String, Entry> open = new HashMap<>();

    private static final class Entry {
        final Room room;
        int inside;

        Entry(Room room) {
            this.room = room;
        }
    }

    Rooms(Broker broker, ByteBufAllocator allocator, Collection<LoopBatch> batches, ChatConfig config, Reads reads) {
        this.broker = broker;
        this.allocator = allocator;
        this.batches = batches;
        this.config = config;
        this.reads = reads;
    }

    /**
     * Counts one more client in a room; {@link #leave} must follow, also if the room never gets live.
     *
     * @param home the client's loop, which becomes the room's if it is the first
     */
    Room enter(String name, LoopBatch home) {
        Entry entry;
        boolean first;
        synchronized (this) {
            entry = open.computeIfAbsent(name, key -> new Entry(room(key, home)));
            first = entry.inside++ == 0;
        }
        if (first) {
            entry.room.open();
        }
        return entry.room;
    }

    void leave(Room room) {
        boolean last;
        synchronized (this) {
            Entry entry = open.get(room.name);
            last = entry != null && entry.room == room && --entry.inside == 0;
            if (last) {
                open.remove(room.name);
            }
        }
        if (last) {
            room.close();
        }
    }

    /** A room that could not be opened is forgotten, so that the next one to enter tries again. */
    void forget(Room room) {
        if (room.hasBeenLive()) {
            return;
        }
        synchronized (this) {
            Entry entry = open.get(room.name);
            if (entry != null && entry.room == room) {
                open.remove(room.name);
            }
        }
    }

    synchronized int count() {
        return open.size();
    }

    /** Messages found on the medium that were none of this chat. */
    long skipped() {
        return skipped.sum();
    }

    private Room room(String name, LoopBatch home) {
        RoomLog log = new RoomLog(name, broker, config.timings());
        return new Room(name, log, reads, config.history(), skipped, new Audience(allocator, batches), home);
    }
}
