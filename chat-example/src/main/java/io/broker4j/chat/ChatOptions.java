package io.broker4j.chat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The flags. A flag wins over its environment variable, which wins over the default. */
@SuppressWarnings("unused") // picocli sets what looks unused
final class ChatOptions {
    private static final int LAST_PORT = 65_535;
    private static final int MOST_HISTORY = 500;
    private static final int PLENTY = 1_000_000;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    private int port;
    private InetAddress bind = InetAddress.getLoopbackAddress();
    private String node = "chat-%04x".formatted(ThreadLocalRandom.current().nextInt(1 << 16));
    private final Set<String> origins = new LinkedHashSet<>();
    private int history;
    private int messageRate;
    private int messageBurst;
    private int maxConnections;
    private int maxConnectionsPerAddress;

    @Option(
            names = "--broker",
            paramLabel = "URI",
            defaultValue = "memory:",
            description = "What joins the servers: memory: or redis://[user:password@]host[:port] (${DEFAULT-VALUE}).")
    String broker = "memory:";

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    private boolean help;

    ChatConfig config() {
        return new ChatConfig(
                new InetSocketAddress(bind, port),
                node,
                Set.copyOf(origins),
                history,
                messageRate,
                messageBurst,
                maxConnections,
                maxConnectionsPerAddress,
                Timings.DEFAULTS);
    }

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port; 0 picks a free one (${DEFAULT-VALUE}).")
    private void port(String value) {
        port = number("--port", value, 0, LAST_PORT);
    }

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address to listen at (${DEFAULT-VALUE}).")
    private void bind(String value) {
        try {
            bind = InetAddress.getByName(value);
        } catch (UnknownHostException unknown) {
            throw bad("--bind", value, "an address of this machine, such as 127.0.0.1 or 0.0.0.0");
        }
    }

    @Option(names = "--node", paramLabel = "NAME", description = "This server's name, shown in the page (generated).")
    private void node(String value) {
        node = TextRules.name(value)
                .orElseThrow(() ->
                        bad("--node", value, "1 to " + ProtocolLimits.NAME + " characters, none a control character"));
    }

    @Option(
            names = "--allow-origin",
            paramLabel = "ORIGIN",
            split = ",",
            description = "A further origin whose pages may connect, such as https://chat.example; repeatable.")
    private void allowOrigin(String... values) {
        for (String value : values) {
            if (!Origins.isOrigin(value)) {
                throw bad(
                        "--allow-origin",
                        value,
                        "scheme://host or scheme://host:port, as browsers send it, without a path");
            }
            origins.add(value);
        }
    }

    @Option(
            names = "--history",
            paramLabel = "N",
            defaultValue = "50",
            description = "Messages shown on joining (${DEFAULT-VALUE}).")
    private void history(String value) {
        history = number("--history", value, 0, MOST_HISTORY);
    }

    @Option(
            names = "--message-rate",
            paramLabel = "N",
            defaultValue = "5",
            description = "Messages a second per connection; 0 is no limit (${DEFAULT-VALUE}).")
    private void messageRate(String value) {
        messageRate = number("--message-rate", value, 0, PLENTY);
    }

    @Option(
            names = "--message-burst",
            paramLabel = "N",
            defaultValue = "10",
            description = "Messages at once per connection (${DEFAULT-VALUE}).")
    private void messageBurst(String value) {
        messageBurst = number("--message-burst", value, 1, PLENTY);
    }

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Connections in all (${DEFAULT-VALUE}).")
    private void maxConnections(String value) {
        maxConnections = number("--max-connections", value, 1, PLENTY);
    }

    @Option(
            names = "--max-connections-per-address",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Connections from one address (${DEFAULT-VALUE}).")
    private void maxConnectionsPerAddress(String value) {
        maxConnectionsPerAddress = number("--max-connections-per-address", value, 1, PLENTY);
    }

    private int number(String flag, String value, int least, int most) {
        if (value.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw bad(flag, value, "a number from " + least + " to " + most);
    }

    private ParameterException bad(String flag, String value, String allowed) {
        return new ParameterException(
                command.commandLine(),
                flag + " (or " + Environment.variable(flag) + ") is '" + value + "', must be " + allowed);
    }

    /** Values from environment variables such as {@code CHAT_MESSAGE_RATE}. An empty one counts as not set. */
    record Environment(Map<String, String> variables) implements IDefaultValueProvider {

        static String variable(String flag) {
            return "CHAT_" + flag.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
        }

        @Override
        public @Nullable String defaultValue(ArgSpec argument) {
            if (argument instanceof OptionSpec option) {
                String value = variables.get(variable(option.longestName()));
                return value == null || value.isEmpty() ? null : value;
            }
            return null;
        }
    }
}
