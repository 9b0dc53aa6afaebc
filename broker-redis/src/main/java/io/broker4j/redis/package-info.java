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
 * <p>A locator is {@code redis://[user:password@]host[:port][/database]}, or {@code rediss://} for TLS 1.2 or later
 * with verification of the host's name. In credentials, percent-encode everything but letters and digits. Its
 * parameters:
 *
 * <ul>
 *   <li>{@code prefix}, {@code b4j} by default, {@code [A-Za-z0-9_-]{0,64}}: topic {@code T} is the
 *       channel {@code b4j:T}, and if it is durable the stream {@code b4j:T}; with an empty prefix it
 *       is {@code T}, to share channels and streams with other programs
 *   <li>{@code wire=framed|raw}: with {@code raw} bare payloads are published, without numbers and headers
 *   <li>{@code connect=now|background}: whether to open without waiting for the server
 *   <li>{@code publishTimeout}, 2 s, and {@code subscribeTimeout}, 5 s by default
 *   <li>{@code poll}, 5 s by default: after this time without a hint, the log of a durable topic is
 *       read anyway
 *   <li>{@code lease}, 30 s by default: another member takes over what a group's member has read and
 *       not renewed for this time
 *   <li>{@code probe}, 3 s by default, from 100 ms to 10 min, or {@code off}: how often the broker
 *       publishes a message on its own channel {@code b4j:__probe:INSTANCE}, which must come back as
 *       proof that subscriptions receive; after two misses in a row, 2 s each or two thirds of a
 *       shorter interval, all connections are replaced
 *   <li>{@code instance}: a name that the server shows for the broker's connections in
 *       {@code CLIENT LIST}; two brokers of one server must not have the same name
 * </ul>
 *
 * <p><b>Delivery.</b> Live topics are Redis Pub/Sub: at most once. After every interruption of the
 * link, however long, subscriptions are restored without the user's help, and each receives one
 * {@link io.broker4j.Gap} for the interruption. A database in the locator is selected, but Pub/Sub
 * knows no databases.
 *
 * <p><b>Durable topics</b> are Redis Streams with the fields {@code d}, the payload, {@code t}, the time of publishing
 * in milliseconds, {@code i}, the message's id, and {@code h}, its headers as in {@code a=b&c=d}, percent-encoded.
 * Other programs may append too: an entry needs only {@code d}. An append trims the stream to the publisher's count,
 * but by whole nodes, so a server with {@code stream-node-max-entries} above 1,000 keeps more than is promised. Redis
 * may lose acknowledged messages in a restart or a failover, unless it runs with {@code appendfsync always}.
 *
 * <p><b>Rights.</b> The README lists the rights that the server's user needs, as ACL lines.
 *
 * <p><b>Threads and connections.</b> One connection publishes, one receives (opened with the first
 * subscription) and one reads logs (opened when the first log is read). There are as many I/O
 * threads as cores, and a few threads that mostly wait; all are daemons named
 * {@code broker-redis-N}. {@link io.broker4j.redis.RedisBrokerBuilder} can take threads and
 * settings from a Lettuce client instead.
 */
package io.broker4j.redis;
