/**
 * What a transport implements. The engine, {@code io.broker4j.engine}, makes a {@link io.broker4j.Broker} of it.
 *
 * <pre>{@code
 * public final class CarrierPigeons implements TransportProvider {
 *     public Set<String> schemes() {
 *         return Set.of("pigeon");
 *     }
 *
 *     public Broker open(Locator locator) {
 *         Locator.Parameters parameters = locator.parameters();
 *         Settings settings = Settings.from(parameters);
 *         parameters.rejectUnknown();
 *         return Engine.open(new PigeonTransport(locator.host()), settings);
 *     }
 * }
 * }</pre>
 *
 * <p>A transport only moves {@link io.broker4j.spi.Frame frames}. Everything a subscriber can observe beyond that (fan-out,
 * mailboxes, order, gaps, isolation, time-outs, bounds, close) is the engine's and the same for every transport; the
 * contract kit of {@code broker-testkit} shows it.
 *
 * <p><b>Threads.</b> The engine calls a transport from any thread, also from several at once, and expects every call but
 * {@link io.broker4j.spi.Transport#close close} to return without blocking. A transport calls its
 * {@link io.broker4j.spi.Receiver} from threads of its own; those calls never block.
 */
package io.broker4j.spi;
