package io.broker4j.chat;

import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;

/** The chat's own close codes. A client comes back after 4000-4499; 4500-4999 are final. */
final class CloseCodes {
    static final WebSocketCloseStatus TOO_SLOW = new WebSocketCloseStatus(4008, "too slow");
    static final WebSocketCloseStatus NO_PONG = new WebSocketCloseStatus(4012, "no pong");
    static final WebSocketCloseStatus FLOODING = new WebSocketCloseStatus(4013, "flooding");
    static final WebSocketCloseStatus PROTOCOL = new WebSocketCloseStatus(4501, "protocol");

    private CloseCodes() {}
}
