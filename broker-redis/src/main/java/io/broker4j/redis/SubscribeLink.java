package io.broker4j.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.DefaultEndpoint;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.pubsub.PubSubOutput;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;

/**
 * The connection that receives messages. It sends one command for each channel, and many commands
 * in one write. So an error reply belongs to one channel, and a confirmation belongs to one
 * command.
 */
final class SubscribeLink extends Link implements RedisPubSubListener<byte[], byte[]> {

    /** Learns what happens on the link. Called on the link's I/O thread. */
    interface Events {
        /** {@code name} is the channel, or the pattern that matched it. */
        void message(String name, byte[] channel, byte[] body);

        void subscribed(SubscribeLink link, String name);

        void unsubscribed(SubscribeLink link, String name);

        /** An error reply to a command. */
        void refused(SubscribeLink link, ChannelState channel, String reply);
    }

    private final Events events;

    private SubscribeLink(
            StatefulRedisPubSubConnection<byte[], byte[]> connection,
            DefaultEndpoint endpoint,
            Channel channel,
            Events events) {
        super(connection, endpoint, channel);
        this.events = events;
    }

    static SubscribeLink over(
            StatefulRedisPubSubConnection<byte[], byte[]> connection,
            DefaultEndpoint endpoint,
            Channel channel,
            Events events) {
        SubscribeLink link = new SubscribeLink(connection, endpoint, channel, events);
        connection.addListener(link);
        return link;
    }

    /**
     * Always true: messages arrive without a command, and a read may begin anywhere in a message.
     */
    @Override
    boolean mayComeUnasked(ByteBuf bytes) {
        return true;
    }

    /** Asks the server to subscribe some channels and to unsubscribe others. */
    void write(List<ChannelState> subscribe, List<ChannelState> unsubscribe) {
        List<RedisCommand<byte[], byte[], ?>> commands = new ArrayList<>(subscribe.size() + unsubscribe.size());
        for (ChannelState channel : subscribe) {
            commands.add(command(channel.isPattern() ? CommandType.PSUBSCRIBE : CommandType.SUBSCRIBE, channel));
        }
        for (ChannelState channel : unsubscribe) {
            commands.add(command(channel.isPattern() ? CommandType.PUNSUBSCRIBE : CommandType.UNSUBSCRIBE, channel));
        }
        write(commands);
    }

    private RedisCommand<byte[], byte[], ?> command(CommandType type, ChannelState channel) {
        AsyncCommand<byte[], byte[], byte[]> command = new AsyncCommand<>(new Command<>(
                type,
                new PubSubOutput<>(ByteArrayCodec.INSTANCE),
                new CommandArgs<>(ByteArrayCodec.INSTANCE).addKey(ChannelNames.bytes(channel.name()))));
        command.whenComplete((done, failure) -> {
            if (failure instanceof RedisCommandExecutionException) {
                events.refused(this, channel, String.valueOf(failure.getMessage()));
            } else if (failure != null) {
                close("a command failed: " + failure.getMessage());
            }
        });
        return command;
    }

    @Override
    public void message(byte[] channel, byte[] body) {
        message(channel, channel, body);
    }

    @Override
    public void message(byte[] pattern, byte[] channel, byte[] body) {
        try {
            events.message(ChannelNames.text(pattern), channel, body);
        } catch (RuntimeException | Error unexpected) {
            giveUp(unexpected);
        }
    }

    @Override
    public void subscribed(byte[] channel, long count) {
        try {
            events.subscribed(this, ChannelNames.text(channel));
        } catch (RuntimeException | Error unexpected) {
            giveUp(unexpected);
        }
    }

    @Override
    public void psubscribed(byte[] pattern, long count) {
        subscribed(pattern, count);
    }

    @Override
    public void unsubscribed(byte[] channel, long count) {
        try {
            events.unsubscribed(this, ChannelNames.text(channel));
        } catch (RuntimeException | Error unexpected) {
            giveUp(unexpected);
        }
    }

    @Override
    public void punsubscribed(byte[] pattern, long count) {
        unsubscribed(pattern, count);
    }

    /**
     * Closes the link: Lettuce would swallow the exception, and a message or a confirmation would
     * be lost. A new link reports the loss as a gap.
     */
    private void giveUp(Throwable unexpected) {
        close("receiving failed: " + unexpected);
    }
}
