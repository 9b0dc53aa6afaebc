package io.broker4j.redis;

import io.broker4j.spi.Inlet;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import io.broker4j.testkit.ForwardingTransport;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Has each filter with wildcards listed in the ACL before it is subscribed to: they are known only then. */
final class ListingTransport extends ForwardingTransport {
    private final Consumer<TopicFilter> list;

    ListingTransport(Transport transport, Consumer<TopicFilter> list) {
        super(transport);
        this.list = list;
    }

    @Override
    public CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet) {
        if (filter.isPattern()) {
            list.accept(filter);
        }
        return super.subscribe(filter, kind, inlet);
    }
}
