package io.broker4j.chat;

import java.util.function.LongSupplier;

/** How much one client may ask for, and how often it may ask in vain. On its event loop only. */
final class Allowance {
    private final TokenBucket messages;
    private final TokenBucket control;
    private final RefusalWindow refusals;

    Allowance(ChatConfig config, LongSupplier nanoClock) {
        messages = new TokenBucket(config.messageRate(), config.messageBurst(), nanoClock);
        control = new TokenBucket(ProtocolLimits.CONTROL_RATE, ProtocolLimits.CONTROL_BURST, nanoClock);
        refusals = new RefusalWindow(config.timings().refusals(), nanoClock);
    }

    /** Takes leave to send a message: 0, or the milliseconds to wait. */
    long message() {
        return messages.take();
    }

    /** Takes leave for anything else, which costs this server or the medium something too: 0, or the milliseconds to wait. */
    long control() {
        return control.take();
    }

    /** Counts a refusal; true if it is one too many. */
    boolean refused() {
        return refusals.add();
    }
}
