package io.broker4j.redis;

import io.broker4j.Position;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Reads the reply to XRANGE and XREVRANGE. Entries beyond the requested number of bytes are not
 * kept.
 */
final class ReadOutput extends EntriesOutput<Log.Batch> {
    private static final Log.Batch NOTHING = new Log.Batch(List.of(), false);

    private final int count;
    private final int least;
    private final long maxBytes;
    private final List<Log.Entry> kept = new ArrayList<>();
    private long keptBytes;
    private boolean full;

    /**
     * Creates a reader for the reply to one command.
     *
     * @param count how many entries the command asks for
     * @param least how many entries to keep whatever their size
     * @param maxBytes how many bytes to keep
     */
    ReadOutput(int count, int least, long maxBytes) {
        super(1, NOTHING);
        this.count = count;
        this.least = least;
        this.maxBytes = maxBytes;
    }

    @Override
    void entry(Position at, Frame frame, int size) {
        full |= keptBytes + size > maxBytes && kept.size() >= least;
        if (!full) {
            kept.add(new Log.Entry(at, frame));
            keptBytes += size;
        }
    }

    @Override
    public Log.Batch get() {
        return new Log.Batch(Collections.unmodifiableList(kept), full || entries() == count);
    }
}
