package io.broker4j.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Checks repeatedly that the links deliver, because a connected link may deliver nothing (fact 4).
 *
 * <p>In each round the publish link asks for the server's role, and publishes a message on the
 * probe's own channel. The message must come back over the subscribe link. An answer that does not
 * arrive in time is a miss. Two misses in a row renew all links, unless the first answer was only
 * late: messages behind a late answer would be lost with the link. A refusal is no miss: a server
 * that refuses is alive, and would refuse on another link too. A round begins with every interval
 * and with every new link.
 *
 * <p>Confined to the thread of {@link Tasks}, unless a member says otherwise.
 */
final class Probe {
    private static final String NAME = "probe";
    private static final int MOST_MISSES = 2;

    /**
     * What is known since the last answer or miss.
     *
     * @param publishTrouble why the publish link does not work although it is open; empty if no
     *     reason is known
     * @param receiveTrouble the same for the subscribe link
     * @param shown the link over which the last probe came back; null if it did not come back
     */
    record Verdict(
            String publishTrouble,
            String receiveTrouble,
            @Nullable SubscribeLink shown) {
        static final Verdict NONE = new Verdict("", "", null);
    }

    private final @Nullable Duration interval;
    private final Duration limit;
    private final String topic;
    private final Publishing publishing;
    private final ErrorReplies errors;
    private final Degradation degradation;
    private final Node node;
    private final Tasks tasks;

    private int misses;
    private volatile @Nullable ProbeRound current;
    /** The last round that was missed; it may still be answered. */
    private volatile @Nullable ProbeRound lastMissed;
    /** The link on which the server has confirmed the probe's channel. */
    private volatile @Nullable SubscribeLink confirmed;

    private volatile Verdict verdict = Verdict.NONE;

    Probe(
            RedisOptions options,
            Publishing publishing,
            ErrorReplies errors,
            Degradation degradation,
            Node node,
            Tasks tasks) {
        this.interval = options.probe();
        this.limit = limit(interval);
        this.topic = "__probe:" + options.instance();
        this.publishing = publishing;
        this.errors = errors;
        this.degradation = degradation;
        this.node = node;
        this.tasks = tasks;
    }

    private static Duration limit(@Nullable Duration interval) {
        Duration longest = ConnectionSettings.COMMAND_TIMEOUT;
        Duration scaled = interval == null ? longest : interval.multipliedBy(2).dividedBy(3);
        return scaled.compareTo(longest) < 0 ? scaled : longest;
    }

    /**
     * The probe's topic, which no user's topic can be named; null if there is no probe. Any thread
     * may call it.
     */
    @Nullable
    String topic() {
        return interval == null ? null : topic;
    }

    void start() {
        if (interval != null) {
            begin();
            tasks.runLater(this::start, interval);
        }
    }

    /** Called when there is a new publish link, which has just answered. */
    void publishLinkUp() {
        verdict = new Verdict("", verdict.receiveTrouble, verdict.shown);
        beginSoon();
    }

    /** The server has confirmed the probe's channel. Called on the link's I/O thread. */
    void confirmed(SubscribeLink link) {
        confirmed = link;
        beginSoon();
    }

    /** A message has arrived on the probe's channel. Called on an I/O thread. */
    void arrived(byte[] message) {
        hand(message, current);
        hand(message, lastMissed);
    }

    private static void hand(byte[] message, @Nullable ProbeRound round) {
        if (round != null) {
            round.arrived(message);
        }
    }

    /** Needs no thread. */
    Verdict verdict() {
        return verdict;
    }

    /**
     * Why a verdict does not prove that messages are received; empty if the last probe came back.
     * Any thread may call it.
     */
    String uncertainty(Verdict known) {
        SubscribeLink link = known.shown;
        if (link != null && link.isOpen()) {
            return "";
        }
        return interval == null ? "receiving is not probed, because of probe=off" : "receiving is not probed yet";
    }

    private void beginSoon() {
        if (interval != null) {
            tasks.run(this::begin);
        }
    }

    private void begin() {
        CommandLink out = publishing.link();
        if (out == null) {
            verdict = new Verdict(verdict.publishTrouble, verdict.receiveTrouble, null);
            return;
        }
        SubscribeLink in = confirmed;
        ProbeRound round = new ProbeRound(out, in != null && in.isOpen() ? in : null, errors, node);
        current = round;
        round.ask(publishing, topic);
        round.refusal().whenComplete((words, failure) -> tasks.run(() -> judge(round)));
        tasks.runLater(() -> judge(round), limit);
    }

    private void judge(ProbeRound round) {
        if (round != current) {
            if (round == lastMissed && round.refusal().isDone()) {
                misses = 0; // late, but not lost
            }
            return;
        }
        current = null;
        if (round.isOver() || round.refusal().isCompletedExceptionally()) {
            misses = 0;
        } else if (!round.refusal().isDone()) {
            missed(round);
        } else {
            answered(round, round.refusal().join());
        }
    }

    private void answered(ProbeRound round, String refusal) {
        misses = 0;
        String receiving = round.in() == null ? verdict.receiveTrouble : "";
        verdict = new Verdict(refusal, receiving, refusal.isEmpty() ? round.in() : null);
        if (!refusal.isEmpty()) {
            degradation.begin(NAME, refusal);
        } else if (receiving.isEmpty()) {
            degradation.end(NAME);
        }
    }

    private void missed(ProbeRound round) {
        String within = " within " + limit.toMillis() + " ms";
        String unanswered = round.isAnswered() ? "" : "the server did not answer the publish connection" + within;
        String unheard = round.isBack() ? "" : "a probe did not come back over the subscribe connection" + within;
        verdict = new Verdict(unanswered, unheard, null);
        lastMissed = round;
        String words = unanswered.isEmpty() ? unheard : unanswered;
        degradation.begin(NAME, words);
        if (++misses == MOST_MISSES) {
            misses = 0;
            node.renew(words + ", twice in a row");
        }
    }
}
