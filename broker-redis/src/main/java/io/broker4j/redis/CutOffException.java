package io.broker4j.redis;

import io.broker4j.BrokerException;

/** The connection ended before the reply to a request arrived. The size of the reply may be the reason. */
final class CutOffException extends BrokerException {
    private static final long serialVersionUID = 1;

    CutOffException(String message) {
        super(message);
    }
}
