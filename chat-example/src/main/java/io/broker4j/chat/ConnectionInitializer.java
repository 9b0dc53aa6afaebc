package io.broker4j.chat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Every accepted connection begins as HTTP. */
final class ConnectionInitializer extends ChannelInitializer<Channel> {
    private static final int REQUEST_LINE = 4_096;
    private static final int HEADERS = 8_192;
    /** Connections beyond the WebSockets that may be open: those fetching the page, or being refused. */
    private static final int SPARE = 1_024;

    private static final int SPARE_PER_ADDRESS = 256;

    private final StaticFiles files;
    private final Upgrades upgrades;
    private final Timings timings;
    private final ConnectionCounter census;

    ConnectionInitializer(StaticFiles files, Upgrades upgrades, ChatConfig config) {
        this.files = files;
        this.upgrades = upgrades;
        timings = config.timings();
        census = new ConnectionCounter(
                config.maxConnections() + SPARE, config.maxConnectionsPerAddress() + SPARE_PER_ADDRESS);
    }

    @Override
    protected void initChannel(Channel channel) {
        InetAddress address = ((InetSocketAddress) channel.remoteAddress()).getAddress();
        if (census.enter(address) != ConnectionCounter.Verdict.WELCOME) {
            channel.close();
            return;
        }
        channel.closeFuture().addListener(closed -> census.leave(address));
        channel.pipeline()
                .addLast(new HttpServerCodec(new HttpDecoderConfig()
                        .setMaxInitialLineLength(REQUEST_LINE)
                        .setMaxHeaderSize(HEADERS)))
                .addLast(
                        new HttpRequests(files, upgrades, timings, new LoopTimer(channel.eventLoop(), channel::close)));
    }
}
