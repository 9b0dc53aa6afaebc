package io.broker4j.engine;

import io.broker4j.Broker;
import io.broker4j.spi.Locator;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.Settings;
import io.broker4j.spi.Transport;
import io.broker4j.spi.TransportProvider;
import java.util.Objects;
import java.util.function.Function;

/** Opens brokers over transports. Programs call {@link Broker#open} instead. */
public final class Engine implements Broker.Opener {

    /** For the service loader. */
    public Engine() {}

    @Override
    public Broker open(String locator) {
        return new Providers().open(Locator.parse(locator));
    }

    /**
     * Opens a broker over the transport that a provider makes for a locator.
     *
     * @param provider makes the transport; its schemes are not checked
     * @param locator not used before; its parameters are read here
     * @return the broker, owned by the caller
     * @throws IllegalArgumentException if the locator is not valid
     * @throws io.broker4j.BrokerException if the medium cannot be reached or refuses the connection
     */
    public static Broker open(TransportProvider provider, Locator locator) {
        Settings settings = Settings.from(locator.parameters());
        return open(settings, receiver -> provider.open(locator, receiver));
    }

    /**
     * Opens a broker over a transport.
     *
     * @param settings the time-outs of the broker
     * @param transport makes the transport, which the broker closes when it is closed
     * @return the broker, owned by the caller
     */
    public static Broker open(Settings settings, Function<? super Receiver, ? extends Transport> transport) {
        return open(settings, transport, new Machine());
    }

    static Broker open(Settings settings, Function<? super Receiver, ? extends Transport> transport, Machine machine) {
        Contact contact = new Contact(new Events(machine));
        Transport opened = Objects.requireNonNull(transport.apply(contact), "transport");
        try {
            return new EngineBroker(opened, contact, settings, machine);
        } catch (RuntimeException | Error failed) {
            opened.close(settings.closeTimeout());
            throw failed;
        }
    }

    /**
     * The receiver of a broker's transport, for a transport that lets its users act on one broker's connection.
     *
     * @param broker a broker that this class opened
     * @return the receiver that the transport was made with
     * @throws IllegalArgumentException if the broker was not opened by this class
     */
    public static Receiver receiverOf(Broker broker) {
        if (broker instanceof EngineBroker known) {
            return known.contact();
        }
        throw new IllegalArgumentException("broker " + broker + " was not opened by Broker.open");
    }
}
