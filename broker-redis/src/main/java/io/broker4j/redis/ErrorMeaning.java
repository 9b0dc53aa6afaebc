package io.broker4j.redis;

/** What the server's error replies mean: the words for users; and new links, if only a replica answers like that. */
final class ErrorMeaning {
    private final ErrorReplies words;
    private final Node node;

    ErrorMeaning(ErrorReplies words, Node node) {
        this.words = words;
        this.node = node;
    }

    /** The message for a refused PUBLISH. */
    String ofPublish(String channel, String reply) {
        leaveReplica(reply);
        return words.publishRefused(channel, reply);
    }

    /** The message for a refused command about a log. */
    String ofLogCommand(String command, String key, String reply) {
        leaveReplica(reply);
        return words.logRefused(command + " " + key, key, reply);
    }

    /** A refusal that only a replica gives ends the links to it (fact 9). */
    private void leaveReplica(String reply) {
        if (ErrorReplies.isFromReplica(reply)) {
            node.renew("the server has become a replica: " + reply);
        }
    }
}
