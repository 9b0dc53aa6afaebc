/**
 * Brokers within one JVM: the fake to test your own services with, and a broker for programs of one process.
 *
 * <pre>{@code
 * try (InMemoryMedium medium = InMemoryMedium.named("orders");      // two "servers" and a network between them
 *         Broker shop = Broker.open(medium.locator());
 *         Broker warehouse = Broker.open(medium.locator())) {
 *     warehouse.subscribe(orders, inbox).join();
 *     medium.disconnect(warehouse);
 *     shop.publisher(orders).publish(new Order("42")).join();       // nobody receives it
 *     medium.reconnect(warehouse);                                  // the inbox receives a gap, DISCONNECTED
 * }
 * }</pre>
 *
 * <p>{@code memory:} is private to its broker; {@code memory:NAME} is a medium shared by all
 * brokers of the JVM that name it, for as long as one of them or an
 * {@link io.broker4j.inmemory.InMemoryMedium} is open. By default it behaves like a network:
 * payloads are encoded and decoded, delivery is asynchronous, all limits hold. With
 * {@code ?encode=false} payloads are passed by reference, which is faster; then the bounds in bytes
 * and the protection from later changes (P7) do not hold. All brokers of a medium must be opened
 * with the same {@code encode}.
 *
 * <p><b>Order.</b> All subscribers of a medium see the messages of one topic in the same order.
 * <b>Threads.</b> A medium has a thread of its own only while {@link io.broker4j.inmemory.Faults}
 * delay messages, or while a group's member gives entries back or buries them.
 */
package io.broker4j.inmemory;
