/**
 * What a transport implements. The engine, {@code io.broker4j.engine}, makes a
 * {@link io.broker4j.Broker} from it.
 *
 * <table>
 * <caption>The types, in the order in which to read them</caption>
 * <tr><td>{@link io.broker4j.spi.TransportProvider}</td><td>makes transports; found by its schemes</td></tr>
 * <tr><td>{@link io.broker4j.spi.Transport}</td><td>one connection to a medium: subscribes, reports its health</td></tr>
 * <tr><td>{@link io.broker4j.spi.Outlet}</td><td>a transport's end of one topic: publishes</td></tr>
 * <tr><td>{@link io.broker4j.spi.Inlet}</td><td>the engine's end of one subscription: takes what arrives</td></tr>
 * <tr><td>{@link io.broker4j.spi.Receiver}</td><td>the engine's end of the connection: learns of events and outages</td></tr>
 * <tr><td>{@link io.broker4j.spi.Frame}</td><td>one message, or the hint that a log has grown</td></tr>
 * <tr><td>{@link io.broker4j.spi.TopicFilter}</td><td>a topic's name or a pattern, with the one matcher</td></tr>
 * <tr><td>{@link io.broker4j.spi.Locator}</td><td>a broker's address and parameters</td></tr>
 * <tr><td>{@link io.broker4j.spi.Settings}</td><td>the time-outs of a broker, which the engine enforces</td></tr>
 * <tr><td>{@link io.broker4j.spi.Limits}</td><td>the bounds on one message</td></tr>
 * <tr><td>{@link io.broker4j.spi.Log}</td><td>optional: the logs of durable topics</td></tr>
 * <tr><td>{@link io.broker4j.spi.Groups}</td><td>optional: consumer groups on these logs</td></tr>
 * </table>
 *
 * <p>A transport only moves frames and stores log entries. The engine does everything else that a
 * subscriber can observe (fan-out, mailboxes, order, gaps, isolation, time-outs, bounds, close), in
 * the same way for every transport. The contract kit of {@code broker-testkit} tests it.
 *
 * <p><b>Threads.</b> The engine calls a transport from any thread, also from several at once, and expects every call but
 * {@link io.broker4j.spi.Transport#close close} to return without blocking. A transport calls the engine from threads of
 * its own; those calls never block.
 */
package io.broker4j.spi;
