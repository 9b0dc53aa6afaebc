package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import io.broker4j.Broker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpgradesTest {

    /** What is written while the HTTP encoder is still there is lost: the client was cut without a word. */
    @Test
    void whoIsTakenInTheMomentOfStoppingIsSentAwayToo() {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpServerCodec());
        channel.config().setWriteBufferWaterMark(ClientSocket.A_LITTLE);
        LoopBatch batch = new LoopBatch(channel.eventLoop());
        ChatConfig config = ChatConfig.local("n1");
        Rooms rooms = new Rooms(mock(Broker.class), ByteBufAllocator.DEFAULT, List.of(batch), config, new Reads());
        Upgrades upgrades = new Upgrades(config, rooms, Map.of(channel.eventLoop(), batch));
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/ws");
        request.headers().set(HttpHeaderNames.SEC_WEBSOCKET_KEY, "dGhlIHNhbXBsZSBub25jZQ==");

        upgrades.stop();
        upgrades.accept(channel, request);
        channel.pipeline().remove(HttpServerCodec.class);
        channel.runPendingTasks();

        StringBuilder written = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            written.append(next.toString(StandardCharsets.ISO_8859_1));
            next.release();
        }
        String close = "\u0088\u0011\u0003\u00F4Service Restart";
        assertThat(written)
                .startsWith("HTTP/1.1 101 ")
                .contains("{\"t\":\"bye\",\"code\":1012")
                .endsWith(close);
        channel.finishAndReleaseAll();
    }
}
