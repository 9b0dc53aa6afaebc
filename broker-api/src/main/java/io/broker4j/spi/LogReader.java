package io.broker4j.spi;

import java.util.concurrent.CompletableFuture;

/** What reads a log for one subscription. */
interface LogReader extends Feed, Hearer, Source, Loop.Steps {

    /** Begins; completes when the start is fixed (S1). */
    CompletableFuture<Void> begin();
}
