package dev.weir.messages;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.Tree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The messages of the sources and the texts of the page. A message is an argument of certain constructors and methods. If a method's parameter becomes
 * a part of such an argument, its own calls are followed.
 */
final class Messages {
    /** The kind of a message. */
    enum Kind {
        CONFIGURATION("configuration problems"),
        RUN("run refusals and failures"),
        TITLE("titles of problem documents"),
        CAUSE("causes, which other messages and traces hold"),
        LOG("logs"),
        OTHER("other texts"),
        PAGE("texts of the page and its client");

        final String title;

        Kind(String title) {
            this.title = title;
        }

        /** The kind with this heading in the golden file; null if the line is not a heading. */
        static @Nullable Kind ofHeading(String line) {
            return Arrays.stream(values())
                    .filter(kind -> line.equals("# " + kind.title))
                    .findFirst()
                    .orElse(null);
        }
    }

    /**
     * A constructor or method with messages.
     *
     * @param positions the positions of the arguments: the problem, and the remedy if there is one
     */
    private record Sink(Kind kind, List<Integer> positions) {}

    private record Flow(Kind kind, Text text) {}

    private static final Map<String, Sink> CONSTRUCTORS = Map.of(
            "Problem", new Sink(Kind.CONFIGURATION, List.of(2, 3)),
            "TemplateSyntaxException", new Sink(Kind.CONFIGURATION, List.of(1, 2)),
            "RegexSyntaxException", new Sink(Kind.CONFIGURATION, List.of(0, 1)),
            "TlsFileException", new Sink(Kind.CONFIGURATION, List.of(0, 1)),
            "WeirException", new Sink(Kind.RUN, List.of(1)),
            "UpstreamFailure", new Sink(Kind.RUN, List.of(1)),
            "FailedComponent", new Sink(Kind.RUN, List.of(1)),
            "Fault", new Sink(Kind.RUN, List.of(2)),
            "ErrorCode", new Sink(Kind.TITLE, List.of(1)));

    private static final Pattern THROWABLE = Pattern.compile("[A-Z]\\w*(Exception|Error)");
    private static final Pattern THREE_WORDS = Pattern.compile("\\p{L}{2,}[,:;]? \\p{L}+[,:;]? \\p{Ll}{2,}");
    private static final Pattern LOG_VALUE = Pattern.compile("\\{([0-9])}");
    private static final int LONGEST_PROSE = 300;
    private static final int MOST_STEPS = 100_000;

    private final Sources sources;
    private final TextReader reader;
    private final Map<Kind, SortedSet<String>> lines = new EnumMap<>(Kind.class);
    private final Set<Tree> shown = new HashSet<>();
    private final Map<SourceMethod, Set<String>> known = new HashMap<>();
    private final Deque<Map.Entry<SourceMethod, Flow>> open = new ArrayDeque<>();
    private final Map<SourceMethod, List<SourceCall>> callers = new HashMap<>();

    /**
     * Reads all messages.
     *
     * @param page the texts of the page
     */
    Messages(Sources sources, Set<String> page) {
        this.sources = sources;
        reader = new TextReader(sources);
        for (Kind kind : Kind.values()) {
            lines.put(kind, new TreeSet<>());
        }
        lines.get(Kind.PAGE).addAll(page);
        for (SourceCall call : sources.calls) {
            sources.targets(call)
                    .forEach(target -> callers.computeIfAbsent(target, key -> new ArrayList<>())
                            .add(call));
        }
        sources.calls.forEach(this::begin);
        for (int i = 0; i < MOST_STEPS && !open.isEmpty(); i++) {
            follow(open.remove());
        }
        rest();
    }

    SortedSet<String> of(Kind kind) {
        return Collections.unmodifiableSortedSet(lines.get(kind));
    }

    private void begin(SourceCall call) {
        if (call.name().equals(SourceMethod.CONSTRUCTOR)) {
            Sink sink = CONSTRUCTORS.get(call.type());
            if (isSuper(call) && CONSTRUCTORS.containsKey(call.in().owner.name)) {
                return;
            }
            if (sink == null
                    && !sources.types.containsKey(call.type())
                    && THROWABLE.matcher(call.type()).matches()) {
                sink = new Sink(Kind.CAUSE, List.of(0));
            }
            if (sink != null) {
                List<Text> parts = new ArrayList<>();
                for (int position : sink.positions) {
                    if (position < call.arguments().size()) {
                        Text text = reader.read(call.arguments().get(position), call.in());
                        boolean empty = text instanceof Text.Words words
                                && words.words().isEmpty();
                        if (!parts.isEmpty() && !empty) {
                            parts.add(new Text.Words("; ", call.arguments().get(0)));
                        }
                        parts.add(text);
                    }
                }
                add(sink.kind, Text.joined(parts), call.in());
            }
        } else if (call.name().equals("log")
                && call.receiver() != null
                && sources.receiver(call).equals("Logger")) {
            add(Kind.LOG, logged(call), call.in());
        }
    }

    private static boolean isSuper(SourceCall call) {
        return call.in().name.equals(SourceMethod.CONSTRUCTOR)
                && call.in().owner.supertypes.contains(call.type());
    }

    private Text logged(SourceCall call) {
        List<? extends ExpressionTree> arguments = call.arguments();
        Text text = reader.read(arguments.get(1), call.in());
        List<Text> values = arguments.stream()
                .skip(2)
                .map(argument -> reader.read(argument, call.in()))
                .toList();
        return arguments.size() > 2 ? valued(text, values) : text;
    }

    private static Text valued(Text text, List<Text> values) {
        if (text instanceof Text.Joined joined) {
            return Text.joined(
                    joined.parts().stream().map(part -> valued(part, values)).toList());
        } else if (text instanceof Text.Words words) {
            List<Text> parts = new ArrayList<>();
            Matcher value = LOG_VALUE.matcher(words.words());
            int at = 0;
            while (value.find()) {
                int index = Integer.parseInt(value.group(1));
                parts.add(new Text.Words(
                        words.words().substring(at, value.start()).replace("''", "'"), words.origin()));
                parts.add(index < values.size() ? values.get(index) : new Text.Value(value.group(1)));
                at = value.end();
            }
            parts.add(new Text.Words(words.words().substring(at).replace("''", "'"), words.origin()));
            return Text.joined(parts);
        }
        return text;
    }

    private void add(Kind kind, Text text, SourceMethod in) {
        if (text.open() && callers.containsKey(in)) {
            if (known.computeIfAbsent(in, key -> new HashSet<>()).add(kind + text.line())) {
                open.add(Map.entry(in, new Flow(kind, text)));
            }
        } else {
            text.split().forEach(line -> show(kind, line));
        }
    }

    private void follow(Map.Entry<SourceMethod, Flow> step) {
        Flow flow = step.getValue();
        for (SourceCall call : callers.get(step.getKey())) {
            List<Text> arguments = call.arguments().stream()
                    .map(argument -> reader.read(argument, call.in()))
                    .toList();
            add(flow.kind, flow.text.filled(arguments), call.in());
        }
    }

    private void show(Kind kind, Text text) {
        if (text.hasWords()) {
            String line = text.line().strip();
            lines.get(kind).add(line.endsWith(";") ? line.substring(0, line.length() - 1) : line);
            text.phrases(shown::add);
        }
    }

    /** Adds texts that reach no message by the followed ways, such as texts of an enum. */
    private void rest() {
        List<Map.Entry<ExpressionTree, SourceMethod>> left = new ArrayList<>(sources.texts.entrySet());
        left.sort(Comparator.comparing(entry -> entry.getKey() instanceof LiteralTree));
        for (Map.Entry<ExpressionTree, SourceMethod> entry : left) {
            @Nullable SourceMethod in = entry.getValue();
            Text text = reader.read(entry.getKey(), in);
            List<Tree> phrases = new ArrayList<>();
            text.phrases(phrases::add);
            if (phrases.stream().noneMatch(shown::contains)) {
                text.split().stream().filter(line -> isProse(line.line())).forEach(line -> show(Kind.OTHER, line));
            }
        }
    }

    private static boolean isProse(String line) {
        return line.length() < LONGEST_PROSE
                && !line.contains("\\n")
                && THREE_WORDS.matcher(line).find();
    }

    /** The content of the golden file. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (Kind kind : Kind.values()) {
            text.append("# ").append(kind.title).append("\n");
            lines.get(kind).forEach(line -> text.append(line).append("\n"));
            text.append("\n");
        }
        return text.toString();
    }
}
