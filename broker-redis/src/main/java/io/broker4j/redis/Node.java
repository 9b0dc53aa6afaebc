package io.broker4j.redis;

/** The server that the links lead to. */
interface Node {
    /**
     * Ends all links to the server. New links go to the server that answers at the address then.
     * Returns at once.
     */
    void renew(String why);
}
