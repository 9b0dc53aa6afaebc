package io.broker4j.spi;

/**
 * The engine's end of one subscription. A transport hands it the frames that arrive for the
 * subscription. No call blocks or throws. The transport calls one inlet one call after another:
 * frames of one topic in the order of the medium, and {@link #renewed} between the last frame of
 * the old connection and the first of the new one.
 */
public interface Inlet {

    /**
     * A frame has arrived. Frames of topics that the filter does not match, and frames of the other {@link
     * Transport.Kind kind}, are ignored, so a medium may use one coarse channel for many filters. Frames that arrive
     * after {@code unsubscribe} are ignored too, and counted.
     *
     * @param topic the name that the frame was published to, without wildcards
     * @param frame belongs to the engine from now on; one object may be handed to several inlets
     */
    void received(String topic, Frame frame);

    /**
     * The subscription had been confirmed, was interrupted, and is live again. The engine tells its
     * subscribers that messages may be missing. Called once for each interruption.
     */
    void renewed();
}
