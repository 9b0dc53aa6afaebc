package io.broker4j.chat;

import io.broker4j.Broker;
import io.broker4j.BrokerException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** Starts one server of the chat from the command line. */
@Command(
        name = "chat-example",
        description = "A chat over WebSockets that scales over servers through any broker.",
        footer =
                "Environment variables such as CHAT_PORT or CHAT_MESSAGE_RATE replace the defaults; flags replace both.")
public final class ChatMain implements Callable<Integer> {
    @Mixin
    private final ChatOptions options = new ChatOptions();

    private final CommandLine commandLine = new CommandLine(this);

    private ChatMain() {}

    /**
     * Starts a server, which runs until the process is told to end.
     *
     * @param arguments the flags that {@code --help} lists
     */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
        PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
        int code = run(System.getenv(), out, err, arguments);
        if (code != CommandLine.ExitCode.OK) {
            System.exit(code);
        }
    }

    /** 0 if the server runs, or help was asked for; 1 if it cannot start; 2 if it is not clear what to start. */
    static int run(Map<String, String> environment, PrintWriter out, PrintWriter err, String... arguments) {
        ChatMain main = new ChatMain();
        return main.commandLine
                .setDefaultValueProvider(new ChatOptions.Environment(environment))
                .setExpandAtFiles(false)
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(
                        (mistake, given) -> main.refuse(mistake.getMessage(), CommandLine.ExitCode.USAGE))
                .execute(arguments);
    }

    @Override
    public Integer call() {
        Broker broker;
        try {
            broker = Broker.open(options.broker);
        } catch (IllegalArgumentException bad) {
            throw new ParameterException(commandLine, "--broker (or CHAT_BROKER): " + bad.getMessage(), bad);
        } catch (BrokerException failed) {
            return refuse(failed.getMessage(), CommandLine.ExitCode.SOFTWARE);
        }
        try {
            ready(ChatServer.start(options.config(), broker), broker);
            return CommandLine.ExitCode.OK;
        } catch (IOException failed) {
            broker.close();
            return refuse(failed.getMessage(), CommandLine.ExitCode.SOFTWARE);
        }
    }

    /** A locator as it may be shown: without its password, and without parameters, where another might be. */
    static String masked(String locator) {
        return locator.replaceFirst("\\?.*", "").replaceFirst("(//[^:]*:).*@", "$1***@");
    }

    private void ready(ChatServer server, Broker broker) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, broker), "chat-stop"));
        InetSocketAddress address = server.address();
        String host = address.getAddress().getHostAddress();
        commandLine
                .getOut()
                .printf(
                        "chat ready on http://%s:%d node=%s broker=%s%n",
                        host.contains(":") ? "[" + host + "]" : host,
                        address.getPort(),
                        server.node(),
                        masked(options.broker));
    }

    /** Ended by a signal the JVM would report the signal; this was an orderly stop, which is a success. */
    private static void stop(ChatServer server, Broker broker) {
        server.close();
        broker.close();
        Runtime.getRuntime().halt(CommandLine.ExitCode.OK);
    }

    private int refuse(@Nullable String reason, int code) {
        commandLine.getErr().println(String.valueOf(reason).lines().findFirst().orElse("cannot start"));
        return code;
    }
}
