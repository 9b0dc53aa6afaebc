/**
 * Publish and subscribe to topics through a broker.
 *
 * <pre>{@code
 * record Order(String id) {}
 *
 * Topic<Order> orders = Topic.json("shop.orders", Order.class);
 * try (Broker broker = Broker.open("memory:")) {                  // or "redis://localhost"
 *     broker.subscribe(orders, message -> ship(message.payload())).join();
 *     broker.publisher(orders).publish(new Order("42")).join();
 *     broker.close();                                             // delivers what is queued first
 * }
 * }</pre>
 *
 * <p><b>Delivery.</b> A message is delivered at most once to each subscription that was live when
 * it was published, in order per publishing broker and topic. No message is lost silently:
 * {@link io.broker4j.Subscriber#onGap} tells the subscription where messages are missing, and why.
 *
 * <p><b>Threads.</b> Every type here may be used from any thread. Handlers run one message at a
 * time per subscription, on threads of the broker, never on the publishing thread or an I/O thread,
 * unless the subscription asked for {@link io.broker4j.SubscribeOptions#inline() inline} delivery.
 * A stage chained to a returned future without an executor runs on the thread that chains it if the
 * future is already complete. Otherwise it runs on a thread of the broker, where it may block.
 */
package io.broker4j;
