/**
 * Brokers over Redis 7.0 or later, on Lettuce.
 *
 * <pre>{@code
 * try (Broker broker = Broker.open("redis://localhost:6379")) {
 *     Topic<String> greetings = Topic.text("greetings");
 *     broker.subscribe(greetings, message -> greet(message.payload())).join();
 *     broker.publisher(greetings).publish("hello").join();
 *     broker.close(); // delivers what has arrived first
 * }
 * }</pre>
 *
 * <p>A locator is {@code redis://[user:password@]host[:port][/database]}, or {@code rediss://} with TLS 1.2 or later and the
 * host's name verified; what is not a letter or digit in credentials is percent-encoded. Its parameters:
 *
 * <ul>
 *   <li>{@code prefix}, {@code b4j} by default, {@code [A-Za-z0-9_-]{0,64}}: topic {@code T} is the channel {@code b4j:T}, and
 *       if it is durable the stream {@code b4j:T}; with an empty one it is {@code T}, for sharing them with other programs
 *   <li>{@code wire=framed|raw}: with {@code raw} bare payloads are published, without numbers and headers
 *   <li>{@code connect=now|background}: whether to open without waiting for the server
 *   <li>{@code publishTimeout}, 2 s, and {@code subscribeTimeout}, 5 s by default
 *   <li>{@code poll}, 5 s by default: after so long without a hint the log of a durable topic is read all the same
 *   <li>{@code lease}, 30 s by default: what a group's member has read and not renewed for so long is taken over by another
 *   <li>{@code probe}, 3 s by default, from 100 ms to 10 min, or {@code off}: how often a message of the broker's own, on the
 *       channel {@code b4j:__probe:INSTANCE}, has to come back to show that subscriptions receive; after two misses in a row,
 *       2 s each or two thirds of a shorter interval, all connections are replaced
 *   <li>{@code instance}: a name that the server shows for our connections in {@code CLIENT LIST}; no two brokers of one
 *       server may have the same
 * </ul>
 *
 * <p><b>Delivery.</b> Live topics are Redis Pub/Sub: at most once. Every interruption of the link is announced to every
 * subscription as one {@link io.broker4j.Gap} once it is live again, which needs no doing of the user's, however long it
 * takes. A database in the locator is selected, but Pub/Sub knows no databases.
 *
 * <p><b>Durable topics</b> are Redis Streams of fields {@code d}, the payload, {@code t}, when it was published in milliseconds,
 * {@code i}, the message's id, and {@code h}, its headers as in {@code a=b&c=d}, percent-encoded. Other programs may append
 * too: an entry needs {@code d} only. An append trims the stream to the publisher's count, but by whole nodes, so a server whose
 * {@code stream-node-max-entries} is raised above 1,000 keeps more than is promised. What Redis acknowledges it may still lose in
 * a restart or a failover, unless it runs with {@code appendfsync always}.
 *
 * <p><b>Rights.</b> The README lists, as ACL lines, what the server's user needs.
 *
 * <p><b>Threads and connections.</b> One connection to publish, one to receive (opened with the first subscription) and one to
 * read logs (opened when the first is read); as many I/O threads as there are cores and a few that mostly wait, all daemons
 * named {@code broker-redis-N}. {@link io.broker4j.redis.RedisBrokerBuilder} takes threads and settings from a Lettuce client
 * instead.
 */
package io.broker4j.redis;
