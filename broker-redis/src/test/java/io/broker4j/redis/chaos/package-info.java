/**
 * Programs that show what a broker over Redis makes of faults: the chaos runner ({@link
 * io.broker4j.redis.chaos.ChaosMain}), the soak ({@link io.broker4j.redis.chaos.SoakMain}), the comparison of a stopped
 * server ({@link io.broker4j.redis.chaos.DeafMain}) and the slow subscriber ({@link io.broker4j.redis.chaos.SlowMain}); on
 * durable topics, the members of a group that are killed ({@link io.broker4j.redis.chaos.KillsMain}) and the subscribers whose
 * links are cut ({@link io.broker4j.redis.chaos.FanOutMain}).
 *
 * <p><b>The chaos runner.</b> Several JVMs ({@link io.broker4j.redis.chaos.Worker}) publish and subscribe through a proxy to
 * one Redis server, while a {@link io.broker4j.redis.chaos.Script} drawn from a seed disturbs it. Every call and what came of
 * it is a line ({@link io.broker4j.redis.chaos.Entry}) of a history, and a {@link io.broker4j.redis.chaos.Checker} looks for
 * broken promises in the histories of all. Times are {@link java.lang.System#nanoTime}, which on one machine all JVMs count
 * from the same origin; a run checks that they do.
 */
package io.broker4j.redis.chaos;
