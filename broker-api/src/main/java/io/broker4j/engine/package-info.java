/**
 * The engine makes a {@link io.broker4j.Broker} from a {@link io.broker4j.spi.Transport}.
 * {@link io.broker4j.engine.Engine} is its only entry point. Read the classes in the order in which
 * a message passes them:
 *
 * <ol>
 *   <li><b>Publish</b>: {@code EnginePublisher}, {@code Outbox} (check, encode), {@code InFlight} (a place), {@code
 *       Numbering} (a number), the transport's outlet; {@code Attempt} until the medium answers.
 *   <li><b>Receive</b>: {@code Registry}, {@code Channel} (one per physical subscription: match, compare the number),
 *       {@code Backlog} of each {@code MailboxGroup}.
 *   <li><b>Deliver</b>: a {@code Scheduler} ({@code Dispatcher}, {@code InlineScheduler}, {@code ExecutorScheduler}),
 *       {@code Mailbox} with its {@code Cursor}, the subscriber. {@code Delivery} decodes once for all.
 *   <li><b>Durable</b>: {@code LogReaders} has the readers: {@code Tailer} for one subscription, {@code GroupReader} for
 *       a member of a group. Each is a {@code Loop} of steps and fills an {@code Intake}. A member has a {@code Ledger} of
 *       its entries, a {@code Lease} on them, {@code Membership} for its requests and {@code Burials} for its dead
 *       letters. {@code History} reads pages.
 *   <li><b>Open and close</b>: {@code Providers}, {@code Contact} (takes what the transport
 *       reports), {@code EngineBroker}, {@code ClosePlan}, {@code CloseWaits}.
 * </ol>
 */
package io.broker4j.engine;
