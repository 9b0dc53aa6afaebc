/**
 * Brokers over Redis 7.0 or later.
 */
package io.broker4j.redis;
