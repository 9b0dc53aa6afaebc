package io.broker4j.redis;

import java.time.Duration;

/** The link that a {@link Request} travels on, as far as the request needs it. */
interface Carrier {

    /** Whether the link can carry requests, as far as this side knows. */
    boolean isOpen();

    /** Closes the link; requests in flight fail. */
    void close(String why);

    /** Closes the link so that nothing more is sent, not even bytes in this machine's kernel buffers. */
    void abort(String why);

    /** The time since the last bytes arrived. */
    Duration silence();

    /**
     * After a delay, runs a judgement of this link's silence as one of {@code tasks}. The judgement
     * runs after the bytes that arrived by then are read, so a pause of this JVM does not count as
     * silence of the server.
     */
    void judgeLater(Runnable judgement, Duration delay, Tasks tasks);

    /**
     * One reader of replies for all PUBLISH commands: replies are decoded one after another on one
     * thread, and each command removes its error when it completes.
     */
    PublishReply publishReply();

    /** One reader of replies for all XADD commands. */
    AppendReply appendReply();

    /** The hints of this link, for use on its I/O thread only. */
    Hints hints();
}
