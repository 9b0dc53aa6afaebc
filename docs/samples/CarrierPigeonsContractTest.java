import io.broker4j.engine.Engine;
import io.broker4j.spi.Locator;
import io.broker4j.testkit.BrokerContract;
import io.broker4j.testkit.Medium;
import io.broker4j.testkit.OnTransport;
import java.util.UUID;

@OnTransport("pigeon")
public class CarrierPigeonsContractTest extends BrokerContract {
    @Override
    protected Medium open() {
        String loft = "pigeon:" + UUID.randomUUID();
        return parameters ->
                Engine.open(new CarrierPigeons(), Locator.parse(loft + "?" + String.join("&", parameters)));
    }
}
