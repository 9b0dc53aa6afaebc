package io.broker4j.testkit;

import org.junit.jupiter.api.Nested;

/**
 * The rules that every broker keeps, as tests. Extend it to run them on a transport of your own:
 *
 * <pre>{@code
 * @OnTransport("pigeon")
 * class PigeonBrokerContractTest extends BrokerContract {
 *     @Override
 *     protected Medium open() {
 *         String loft = "loft" + System.nanoTime();
 *         return parameters -> Broker.open("pigeon:" + loft + "?" + String.join("&", parameters));
 *     }
 * }
 * }</pre>
 *
 * <p>A medium that can be disturbed has a {@link FaultHarness}; without one, the tests that need it are skipped. Each test
 * names the rules that it checks by {@link Rule}, and its Javadoc says where to look when the test fails. The tests do not
 * depend on each other. Each uses brokers and topics of its own, so one server can serve all tests.
 */
public abstract class BrokerContract {

    /** For subclasses. */
    protected BrokerContract() {}

    /**
     * Opens the medium for one test; called before each test. Start an expensive server once, in a static field. Brokers
     * that {@link Medium#connect} opens must not share a namespace with those of other tests, since wildcards would match.
     *
     * @return the medium; the kit closes it after the test
     */
    protected abstract Medium open();

    @Nested
    class Publishing extends PublishingContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class PublishingLimits extends PublishingLimitsContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class FailedPublishes extends FailedPublishesContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class Subscribing extends SubscribingContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class Unsubscribing extends UnsubscribingContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class Delivery extends DeliveryContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class DeliveryThreads extends DeliveryThreadsContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class ManyHandlers extends ManyHandlersContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class DeliveryFailure extends DeliveryFailureContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class MailboxBounds extends MailboxBoundsContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class Overflowing extends OverflowContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class OverflowLoss extends OverflowLossContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class Interruption extends InterruptionContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class SingleMessages extends SingleMessagesContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class BeingHealthy extends HealthContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class Durable extends DurableContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class DurableLoss extends DurableLossContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class TakenBack extends TakenBackContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class History extends HistoryContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class DurableUse extends DurableUseContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class Group extends GroupContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class GroupSharing extends GroupSharingContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class Figures extends FiguresContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class GroupRetry extends GroupRetryContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class Async extends AsyncContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class Draining extends DrainingContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class ClosingAnywhere extends ClosingAnywhereContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class ClosingInCodec extends ClosingInCodecContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class ClosingEachOther extends ClosingEachOtherContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class ClosingInline extends ClosingInlineContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }

    @Nested
    class Closing extends ClosingContract {
        @Override
        Medium open() {
            return BrokerContract.this.open();
        }
    }
}
