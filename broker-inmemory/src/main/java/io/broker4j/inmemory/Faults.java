package io.broker4j.inmemory;

import java.time.Duration;

/**
 * What happens to frames between a publisher and each subscribed broker. Probabilities are between 0 and 1.
 *
 * @param seed seed of all random decisions
 * @param drop probability that a frame is lost
 * @param duplicate probability that a frame arrives twice
 * @param reorder probability that a frame arrives after the next one; if none follows, it arrives
 *     when the faults are replaced
 * @param delay by how much every frame is late
 */
public record Faults(long seed, double drop, double duplicate, double reorder, Duration delay) {

    /** No faults. */
    public static final Faults NONE = new Faults(0, 0, 0, 0, Duration.ZERO);

    /**
     * Checks the ranges.
     *
     * @param seed any number; the same one gives the same faults to the same frames
     * @param drop from 0 to 1
     * @param duplicate from 0 to 1
     * @param reorder from 0 to 1
     * @param delay zero or more
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Faults {
        probability("drop", drop);
        probability("duplicate", duplicate);
        probability("reorder", reorder);
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay is " + delay + ", must not be negative");
        }
    }

    private static void probability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " is " + value + ", must be between 0 and 1");
        }
    }

    /**
     * {@return a copy with another seed}
     *
     * @param newSeed any number
     */
    public Faults withSeed(long newSeed) {
        return new Faults(newSeed, drop, duplicate, reorder, delay);
    }

    /**
     * {@return a copy with another probability of loss}
     *
     * @param probability from 0 to 1
     * @throws IllegalArgumentException if it is outside that range
     */
    public Faults withDrop(double probability) {
        return new Faults(seed, probability, duplicate, reorder, delay);
    }

    /**
     * {@return a copy with another probability of arriving twice}
     *
     * @param probability from 0 to 1
     * @throws IllegalArgumentException if it is outside that range
     */
    public Faults withDuplicate(double probability) {
        return new Faults(seed, drop, probability, reorder, delay);
    }

    /**
     * {@return a copy with another probability of arriving after the next}
     *
     * @param probability from 0 to 1
     * @throws IllegalArgumentException if it is outside that range
     */
    public Faults withReorder(double probability) {
        return new Faults(seed, drop, duplicate, probability, delay);
    }

    /**
     * {@return a copy with another delay}
     *
     * @param newDelay zero or more
     * @throws IllegalArgumentException if it is negative
     */
    public Faults withDelay(Duration newDelay) {
        return new Faults(seed, drop, duplicate, reorder, newDelay);
    }
}
