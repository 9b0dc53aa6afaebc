package io.broker4j.redis;

/**
 * Acts on the server's error replies: builds the message for users, and renews the links if only a
 * replica sends such a reply.
 */
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
