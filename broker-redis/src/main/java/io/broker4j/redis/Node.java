package io.broker4j.redis;

/** The server that the links lead to. */
interface Node {
    /** Ends all links to it, so that new ones are made to whatever answers at the address then. Returns at once. */
    void renew(String why);
}
