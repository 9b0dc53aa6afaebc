package io.broker4j.chat;

/** The sizes that the protocol fixes; clients learn the first ones from {@code welcome.limits}. */
final class ProtocolLimits {
    /** Code points of a message's text. */
    static final int TEXT = 2_000;
    /** Bytes of a text frame, or of a message put together from fragments. */
    static final int FRAME = 8_192;
    /** Code points of a person's name. */
    static final int NAME = 64;
    /** Code points of a room's name. */
    static final int ROOM = 128;
    /** Rooms one connection may be in. */
    static final int ROOMS = 100;

    /** Fragments of one message, empty ones too. */
    static final int FRAGMENTS = 1_000;
    /** Broken frames until a connection is closed. */
    static final int PROTOCOL_ERRORS = 3;
    /** Refusals, within {@link Timings#refusals}, until a connection is closed. */
    static final int REFUSALS = 100;
    /** Bytes that may wait for one client. */
    static final int BACKLOG = 1 << 20;
    /**
     * Bytes of a message on the medium. A client's frame grows when it becomes one: a name, an id and a time are added,
     * and two bytes of text may become six where an unpaired surrogate has to be escaped.
     */
    static final int MESSAGE = 32_768;
    /** Bytes of a frame that holds several messages, without what is around them: 128 KiB in all. */
    static final int MESSAGES = (128 << 10) - 2_048;
    /** Messages of a {@code page}. */
    static final int PAGE = 100;
    /** Bytes that a message's position adds to it, at most. */
    static final int POSITION = 50;
    /** Frames other than {@code send} a second, and at once. A page may join its {@link #ROOMS} rooms one by one. */
    static final int CONTROL_RATE = 20;

    static final int CONTROL_BURST = 200;

    private ProtocolLimits() {}
}
