package io.broker4j.testkit;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstances;

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
@ExtendWith(BrokerContract.Opening.class)
public abstract class BrokerContract {

    /** Opens the medium for the group of a test. */
    static final class Opening implements BeforeEachCallback {
        @Override
        public void beforeEach(ExtensionContext test) {
            TestInstances instances = test.getRequiredTestInstances();
            BrokerContract contract =
                    instances.findInstance(BrokerContract.class).orElseThrow();
            instances.findInstance(ContractGroup.class).ifPresent(group -> group.use(contract.open()));
        }
    }

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
    class Publishing extends PublishingContract {}

    @Nested
    class PublishingLimits extends PublishingLimitsContract {}

    @Nested
    class FailedPublishes extends FailedPublishesContract {}

    @Nested
    class Subscribing extends SubscribingContract {}

    @Nested
    class SubscribeFailure extends SubscribeFailureContract {}

    @Nested
    class Unsubscribing extends UnsubscribingContract {}

    @Nested
    class Delivery extends DeliveryContract {}

    @Nested
    class DeliveryThreads extends DeliveryThreadsContract {}

    @Nested
    class ManyHandlers extends ManyHandlersContract {}

    @Nested
    class DeliveryFailure extends DeliveryFailureContract {}

    @Nested
    class MailboxBounds extends MailboxBoundsContract {}

    @Nested
    class Overflowing extends OverflowContract {}

    @Nested
    class OverflowLoss extends OverflowLossContract {}

    @Nested
    class Interruption extends InterruptionContract {}

    @Nested
    class SingleMessages extends SingleMessagesContract {}

    @Nested
    class BeingHealthy extends HealthContract {}

    @Nested
    class Durable extends DurableContract {}

    @Nested
    class DurableLoss extends DurableLossContract {}

    @Nested
    class TakenBack extends TakenBackContract {}

    @Nested
    class History extends HistoryContract {}

    @Nested
    class DurableUse extends DurableUseContract {}

    @Nested
    class Starting extends StartContract {}

    @Nested
    class Group extends GroupContract {}

    @Nested
    class GroupSharing extends GroupSharingContract {}

    @Nested
    class Figures extends FiguresContract {}

    @Nested
    class GroupRetry extends GroupRetryContract {}

    @Nested
    class Async extends AsyncContract {}

    @Nested
    class Draining extends DrainingContract {}

    @Nested
    class ClosingAnywhere extends ClosingAnywhereContract {}

    @Nested
    class ClosingInCodec extends ClosingInCodecContract {}

    @Nested
    class ClosingEachOther extends ClosingEachOtherContract {}

    @Nested
    class ClosingInline extends ClosingInlineContract {}

    @Nested
    class Closing extends ClosingContract {}
}
