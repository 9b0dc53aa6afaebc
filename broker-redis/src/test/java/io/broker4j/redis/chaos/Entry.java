package io.broker4j.redis.chaos;

import io.broker4j.Gap;
import io.broker4j.PublishException;
import io.broker4j.SubscribeOptions.Overflow;
import java.util.Locale;

/** One line of a history: what happened, and when by {@link System#nanoTime}. */
sealed interface Entry {

    /** When it happened. */
    long at();

    /** Its kind and fields for a line, separated by tabs. */
    String fields();

    /** {@code publish} was called. */
    record Publishing(long at, MessageId message) implements Entry {
        @Override
        public String fields() {
            return "publishing\t" + message;
        }
    }

    /** The future of a publish completed: with a receipt, or a failure of one outcome. */
    record Published(long at, MessageId message, Outcome outcome) implements Entry {
        @Override
        public String fields() {
            return "published\t" + message + "\t" + outcome;
        }
    }

    /** {@code subscribe} was called. */
    record Subscribing(long at, String subscription, String filter, Overflow overflow) implements Entry {
        @Override
        public String fields() {
            return "subscribing\t" + subscription + "\t" + filter + "\t" + overflow;
        }
    }

    /**
     * The future of a subscribe completed with a subscription.
     *
     * @param lag how long a message may wait in the subscription's mailbox, in nanoseconds
     */
    record Subscribed(long at, String subscription, long lag) implements Entry {
        @Override
        public String fields() {
            return "subscribed\t" + subscription + "\t" + lag;
        }
    }

    /** The future of a subscribe failed. */
    record Refused(long at, String subscription, String why) implements Entry {
        @Override
        public String fields() {
            return "refused\t" + subscription + "\t" + why;
        }
    }

    /** A subscription is closed before the run ends. */
    record Unsubscribing(long at, String subscription) implements Entry {
        @Override
        public String fields() {
            return "unsubscribing\t" + subscription;
        }
    }

    /** A subscriber was called. The entries of one subscription stand in the order of these calls. */
    record Received(long at, String subscription, MessageId message) implements Entry {
        @Override
        public String fields() {
            return "received\t" + subscription + "\t" + message;
        }
    }

    /**
     * A subscriber was told of a gap.
     *
     * @param count {@code ?} if it is not known
     */
    record Gapped(long at, String subscription, Gap.Reason reason, String count) implements Entry {
        @Override
        public String fields() {
            return "gap\t" + subscription + "\t" + reason + "\t" + count;
        }
    }

    /** A frame arrived that was no newer than one before; the broker ignored it. */
    record Again(long at, String process, String topic) implements Entry {
        @Override
        public String fields() {
            return "again\t" + process + "\t" + topic;
        }
    }

    /** Something worth knowing, which no rule looks at: an event, a change of health. */
    record Noted(long at, String process, String what) implements Entry {
        @Override
        public String fields() {
            return "noted\t" + process + "\t" + what;
        }
    }

    /**
     * A fault was inflicted.
     *
     * @param until when it was over
     * @param holds whether messages on their way may have been held back until then, instead of being lost
     */
    record Faulted(long at, long until, String what, boolean holds) implements Entry {
        @Override
        public String fields() {
            return "fault\t" + until + "\t" + what + "\t" + holds;
        }
    }

    /** A process did not get to run although it should have: others use this machine too. */
    record Stuck(long at, long until, String process) implements Entry {
        @Override
        public String fields() {
            return "stuck\t" + until + "\t" + process;
        }
    }

    /** The last fault is over: from here on everything has to heal. */
    record Healed(long at) implements Entry {
        @Override
        public String fields() {
            return "healed";
        }
    }

    /** How much of something a process had before it opened its broker, and has after it closed it. */
    record Left(long at, String process, String what, long before, long after, long allowance) implements Entry {
        @Override
        public String fields() {
            return "left\t" + process + "\t" + what + "\t" + before + "\t" + after + "\t" + allowance;
        }
    }

    /** How a publish ended. */
    enum Outcome {
        OK,
        NOT_SENT,
        REJECTED,
        UNKNOWN;

        static Outcome of(PublishException.Outcome failure) {
            return valueOf(failure.name());
        }

        /** Whether nobody may receive the message. */
        boolean isUnpublished() {
            return this == NOT_SENT || this == REJECTED;
        }
    }

    /** The line of a history file. */
    default String line() {
        return at() + "\t" + fields();
    }

    /** For people: the time in seconds since some other. */
    default String shown(long origin) {
        return String.format(Locale.ROOT, "%9.3f s  %s", (at() - origin) / 1e9, fields().replace('\t', ' '));
    }

    static Entry parse(String line) {
        String[] field = line.split("\t", -1);
        long at = Long.parseLong(field[0]);
        return switch (field[1]) {
            case "publishing" -> new Publishing(at, MessageId.parse(field[2]));
            case "published" -> new Published(at, MessageId.parse(field[2]), Outcome.valueOf(field[3]));
            case "subscribing" -> new Subscribing(at, field[2], field[3], Overflow.valueOf(field[4]));
            case "subscribed" -> new Subscribed(at, field[2], Long.parseLong(field[3]));
            case "refused" -> new Refused(at, field[2], field[3]);
            case "unsubscribing" -> new Unsubscribing(at, field[2]);
            case "received" -> new Received(at, field[2], MessageId.parse(field[3]));
            case "gap" -> new Gapped(at, field[2], Gap.Reason.valueOf(field[3]), field[4]);
            case "again" -> new Again(at, field[2], field[3]);
            case "noted" -> new Noted(at, field[2], field[3]);
            case "fault" -> new Faulted(at, Long.parseLong(field[2]), field[3], Boolean.parseBoolean(field[4]));
            case "stuck" -> new Stuck(at, Long.parseLong(field[2]), field[3]);
            case "healed" -> new Healed(at);
            case "left" ->
                new Left(
                        at,
                        field[2],
                        field[3],
                        Long.parseLong(field[4]),
                        Long.parseLong(field[5]),
                        Long.parseLong(field[6]));
            default -> throw new IllegalArgumentException("not a line of a history: " + line);
        };
    }
}
