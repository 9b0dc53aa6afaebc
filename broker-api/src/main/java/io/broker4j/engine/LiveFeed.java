package io.broker4j.engine;

import io.broker4j.Position;
import java.util.Optional;
import java.util.OptionalLong;

/** The feed of a live subscription: one mailbox of a channel. */
record LiveFeed(Registry registry, Registry.Entry<?> entry) implements Feed {

    @Override
    public String topic() {
        return entry.channel().filter().name();
    }

    @Override
    public Mailbox<?> mailbox() {
        return entry.mailbox();
    }

    @Override
    public Optional<Position> position() {
        return Optional.empty();
    }

    @Override
    public OptionalLong lag() {
        return OptionalLong.empty();
    }

    @Override
    public void stop() {
        entry.channel().stop(entry.mailbox());
    }

    @Override
    public void end() {
        registry.remove(entry);
    }
}
