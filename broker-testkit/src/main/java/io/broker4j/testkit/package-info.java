/**
 * Tools for tests with and of brokers.
 *
 * <p>For whoever uses a broker: {@link io.broker4j.testkit.Inbox} collects what a subscription gets.
 *
 * <pre>{@code
 * Broker broker = Broker.open("memory:");
 * Inbox<Order> inbox = new Inbox<>();
 * broker.subscribe(orders, inbox).join();
 * shop.sell("42");                                              // publishes to orders
 * assertThat(inbox.await(1)).containsExactly(new Order("42"));
 * }</pre>
 *
 * <p>For whoever writes a transport: {@link io.broker4j.testkit.BrokerContract} holds it to the rules of {@code
 * docs/guarantees.md}. A {@link io.broker4j.testkit.Medium} opens brokers on it, a {@link io.broker4j.testkit.FaultHarness}
 * disturbs it, and {@link io.broker4j.testkit.LossyTransport} helps where it cannot be disturbed. What ran and which
 * {@link io.broker4j.testkit.Rule rules} it showed is told by {@link io.broker4j.testkit.RuleReport}. For tests on a real
 * server there are {@link io.broker4j.testkit.RedisServer} and {@link io.broker4j.testkit.TcpProxy}; a
 * {@link io.broker4j.testkit.ScriptedServer} says what a real one would not.
 *
 * <p>JUnit 5 and AssertJ are needed; no method blocks longer than it says.
 */
package io.broker4j.testkit;
