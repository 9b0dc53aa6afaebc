package io.broker4j.chat;

import io.broker4j.inmemory.InMemoryMedium;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;

class DurableRoomsInMemoryTest extends DurableRooms {
    private final InMemoryMedium medium = InMemoryMedium.named(UUID.randomUUID().toString());

    @Override
    String locator() {
        return medium.locator();
    }

    @Override
    void forget(String topic) {
        medium.reset(topic);
    }

    @Override
    void forgetAllBut(int kept, String topic) {
        medium.trim(topic, kept);
    }

    @AfterEach
    void end() {
        medium.close();
    }
}
