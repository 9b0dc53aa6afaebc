package io.broker4j.chat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** HTTP responses; each has the headers that keep a browser from doing anything it need not do. */
final class Replies {
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    private Replies() {}

    /** A status and nothing more to say. */
    static FullHttpResponse of(HttpResponseStatus status) {
        return of(status, "text/plain; charset=utf-8", (status + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    static FullHttpResponse of(HttpResponseStatus status, String type, byte[] body) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, type);
        headers.setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        headers.set(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY);
        headers.set("x-content-type-options", "nosniff");
        headers.set("referrer-policy", "no-referrer");
        return response;
    }
}
