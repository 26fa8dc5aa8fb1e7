package dev.weir.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weir.messages.Messages.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The messages for users: all in one file, so that a reader can judge them together. With {@code -Dweir.messages.write=true}
 * the file is written again.
 */
class MessagesTest {
    private static final Path FILE = Path.of("src/test/resources/golden/messages.txt");
    private static final Pattern QUOTE = Pattern.compile("`([^`]*)`");
    private static final String WRITE = "weir.messages.write";

    private static Messages messages;

    @BeforeAll
    static void read() throws IOException {
        messages = new Messages(
                Sources.of(Path.of("src/main/java")), ScriptTexts.of(Path.of("src/main/webapp"), "messages.js"));
    }

    @Test
    void theGoldenFileHasEveryMessage() throws IOException {
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(FILE, messages.text());
        }
        Map<Kind, SortedSet<String>> golden = golden();
        List<String> differences = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            SortedSet<String> found = messages.of(kind);
            SortedSet<String> known = golden.get(kind);
            found.stream().filter(line -> !known.contains(line)).forEach(line -> differences.add("+ " + line));
            known.stream().filter(line -> !found.contains(line)).forEach(line -> differences.add("- " + line));
        }
        if (!differences.isEmpty()) {
            fail("messages differ from " + FILE + ":\n" + String.join("\n", differences)
                    + "\nIf they are right, accept them with: mvn test -Dtest=MessagesTest -D" + WRITE + "=true");
        }
        assertThat(FILE).hasContent(messages.text());
    }

    @Test
    void messagesKeepTheRulesOfStyle() {
        List<String> faults = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            messages.of(kind)
                    .forEach(line -> MessageRules.broken(kind, line).forEach(rule -> faults.add(rule + ": " + line)));
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void theDocumentationQuotesMessagesAsTheyAre() throws IOException {
        String all = messages.text();
        List<String> unknown = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("docs/operations/troubleshooting.md"))) {
            Matcher quote = QUOTE.matcher(line);
            while (quote.find()) {
                Arrays.stream(quote.group(1).split("…"))
                        .map(String::strip)
                        .filter(part -> part.split(" ").length >= 3 && !all.contains(part))
                        .forEach(unknown::add);
            }
        }
        assertThat(unknown).as("no message has these words").isEmpty();
    }

    private static Map<Kind, SortedSet<String>> golden() throws IOException {
        Map<Kind, SortedSet<String>> golden = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            golden.put(kind, new TreeSet<>());
        }
        Kind kind = Kind.OTHER;
        for (String line : Files.readAllLines(FILE)) {
            Kind next = Kind.ofHeading(line);
            if (next != null) {
                kind = next;
            } else if (!line.isEmpty()) {
                golden.get(kind).add(line);
            }
        }
        return golden;
    }
}
