package io.broker4j.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds out again and again whether the links do what they are there for: connected is not delivering (fact 4).
 *
 * <p>In each round the publish link asks for the server's role, and publishes to a channel of the probe's own, which has to
 * come back over the subscribe link. An answer that is not there in time is a miss; two in a row renew all links, unless
 * the first was only late: what is behind would be lost with the link. A refusal is no miss: who refuses is alive, and would
 * refuse another link too. A round begins with every interval and with every new link.
 *
 * <p>Confined to the thread of {@link Tasks}, except what says otherwise.
 */
final class Probe {
    private static final String NAME = "probe";
    private static final int MOST_MISSES = 2;

    /**
     * What is known since the last answer or miss.
     *
     * @param publishTrouble why the publish link is no good although it is open; empty if nothing is known
     * @param receiveTrouble the same of the subscribe link
     * @param shown where the last probe came back, if it did
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
    /** The last one that was missed, which may still be answered. */
    private volatile @Nullable ProbeRound lastMissed;
    /** Where the server has confirmed the probe's channel. */
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

    /** What it publishes to, which no user's topic is called; null if there is to be no probe. Needs no thread. */
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

    /** There is a new publish link, which has just answered. */
    void publishLinkUp() {
        verdict = new Verdict("", verdict.receiveTrouble, verdict.shown);
        beginSoon();
    }

    /** The server has confirmed the probe's channel. Called on the link's I/O thread. */
    void confirmed(SubscribeLink link) {
        confirmed = link;
        beginSoon();
    }

    /** A message has come on the probe's channel. Called on an I/O thread. */
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

    /** What a verdict leaves open about receiving; nothing if the last probe came back. Needs no thread. */
    String uncertainty(Verdict known) {
        SubscribeLink link = known.shown;
        if (link != null && link.isOpen()) {
            return "";
        }
        return interval == null ? "receiving is not probed, as probe=off wants it" : "receiving is not probed yet";
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
