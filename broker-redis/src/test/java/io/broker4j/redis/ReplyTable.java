package io.broker4j.redis;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.broker4j.testkit.ScriptedServer.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/**
 * Tables of reply and fate: what becomes of a call when the server answers it with what it should not.
 *
 * <p>In a table {@code ~} is CR LF, {@code [a b 1]} is a push of the strings a and b and the number 1, {@code !close} and
 * {@code !silent} end the reply. All rows of a table run at once, each over a server of its own, since some take as long as a
 * time-out.
 */
final class ReplyTable {
    private static final Pattern PUSH = Pattern.compile("\\[([^]]*)]");

    private ReplyTable() {}

    /** A line of a table. */
    record Row(String reply, String fate, String words) {
        static Row of(String line) {
            String[] cells = line.split("\\|", -1);
            String fate = cells.length == 3 ? cells[1].strip() : "";
            return new Row(cells[0].strip(), fate, cells[cells.length - 1].strip());
        }
    }

    /** Begins a row, and returns what is to be looked at when all have begun. */
    interface Started {
        Executable start(Row row);
    }

    static List<DynamicTest> tests(String table, Started started) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Row row : table.lines().map(Row::of).toList()) {
            tests.add(dynamicTest(row.toString(), started.start(row)));
        }
        return tests;
    }

    static Reply reply(String cell) {
        String bytes = PUSH.matcher(cell.replaceFirst(" *!.*", ""))
                .replaceAll(push -> push(push.group(1)).replace("$", "\\$"))
                .replace("~", "\r\n");
        Reply reply = Reply.of(bytes);
        return cell.endsWith("!close") ? reply.thenClose() : cell.endsWith("!silent") ? reply.thenSilence() : reply;
    }

    private static String push(String words) {
        List<String> parts = words.isEmpty() ? List.of() : List.of(words.split(" "));
        return parts.stream()
                .map(part -> part.matches("[0-9]+") ? ":" + part + "~" : "$" + part.length() + "~" + part + "~")
                .collect(Collectors.joining("", ">" + parts.size() + "~", ""));
    }
}
