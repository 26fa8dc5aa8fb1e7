package dev.weir.config.yaml;

import dev.weir.json.Numbers;
import dev.weir.json.Scalars;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Parses one YAML file into nodes.
 *
 * <p>Tags construct no objects, so that a file cannot run code. Scalars are resolved by the core schema of YAML 1.2.
 * Nesting, aliases and their expansion are limited.
 */
public final class YamlParser {
    private static final int MAX_CODE_POINTS = 4 << 20;
    /** The longest line: SnakeYAML copies a line repeatedly, so that its time is quadratic in the line's length. */
    private static final int MAX_LINE = 1 << 20;

    /** The most characters that are read again because of tabs. */
    private static final long MOST_WORK = 16L << 20;

    private static final int MAX_DEPTH = 50;
    private static final int MAX_ALIASES = 100;
    /** The most nodes, with the expansion of all aliases. */
    private static final int MAX_NODES = 100_000;

    private static final Tag PLAIN = new Tag("tag:weir.dev,2026:plain");
    private static final String MERGE_KEY = "<<";
    private static final Set<Tag> ALLOWED =
            Set.of(PLAIN, Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.MAP, Tag.SEQ);

    private final SourceText source;
    private final ProblemList problems;
    private final Set<Node> open = new HashSet<>();
    private int nodes;

    public YamlParser(SourceText source, ProblemList problems) {
        this.source = source;
        this.problems = problems;
    }

    /** Returns the file's root. Null if the file is empty or is not YAML; the latter is reported. */
    @Nullable
    public YamlNode parse() {
        int longLine = source.lineLongerThan(MAX_LINE);
        if (longLine >= 0) {
            problems.error(
                    source.location(longLine),
                    "",
                    "the line is too long (at most " + MAX_LINE + " characters)",
                    "break it");
            return null;
        }
        try {
            Node root = compose();
            return root == null ? null : convert(root);
        } catch (MarkedYAMLException e) {
            problems.error(at(e.getProblemMark()), "", sentence(e), YamlRemedies.of(e.getProblem(), e.getContext()));
        } catch (ReaderException e) {
            int index = source.index(e.getPosition());
            problems.error(
                    source.location(index),
                    "",
                    "the character U+%04X is not allowed in YAML".formatted(e.getCodePoint()),
                    "remove it");
        } catch (YAMLException e) {
            problems.error(at(null), "", limit(String.valueOf(e.getMessage())), "make the file simpler");
        }
        return null;
    }

    /**
     * Parses with tabs between tokens as spaces: YAML allows such tabs, but SnakeYAML refuses them. Tabs as indentation are
     * refused.
     */
    private @Nullable Node compose() {
        StringBuilder text = new StringBuilder(source.text());
        for (long work = text.length(); ; work += text.length()) {
            try {
                return compose(text.toString());
            } catch (MarkedYAMLException e) {
                int tab = e.getProblemMark() == null
                        ? text.length()
                        : source.index(e.getProblemMark().getIndex());
                if (work > MOST_WORK || !separates(text, tab)) {
                    throw e;
                }
                for (int i = tab; i < text.length() && text.charAt(i) == '\t'; i++) {
                    text.setCharAt(i, ' ');
                }
            }
        }
    }

    /** Whether {@code index} is at a tab that follows other text in its line. */
    private static boolean separates(CharSequence text, int index) {
        if (index >= text.length() || text.charAt(index) != '\t') {
            return false;
        }
        int before = index;
        while (before > 0 && (text.charAt(before - 1) == ' ' || text.charAt(before - 1) == '\t')) {
            before--;
        }
        return before > 0 && text.charAt(before - 1) != '\n' && text.charAt(before - 1) != '\r';
    }

    private static @Nullable Node compose(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CODE_POINTS);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(MAX_ALIASES);
        options.setTagInspector(tag -> true); // Tags are refused below, all of them and with their places.
        StreamReader reader = new StreamReader(text);
        return new Composer(new ParserImpl(reader, options), new PlainResolver(), options).getSingleNode();
    }

    private static String sentence(MarkedYAMLException e) {
        String problem = String.valueOf(e.getProblem()).replaceFirst("\\.? \\(Do not use .* for indentation\\)", "");
        return e.getContext() == null ? problem : e.getContext() + ", " + problem;
    }

    /** Returns SnakeYAML's message about a limit in the words of this parser. */
    private static String limit(String message) {
        if (message.startsWith("Nesting Depth")) {
            return "values are nested too deeply (at most " + MAX_DEPTH + " levels)";
        }
        return message.startsWith("Number of aliases")
                ? "the file has too many aliases (at most " + MAX_ALIASES + ")"
                : message;
    }

    private YamlNode convert(Node node) {
        if (++nodes > MAX_NODES) {
            throw new TooLarge("the file has too many values (at most " + MAX_NODES + ", with those of aliases)");
        }
        if (open.size() > MAX_DEPTH) {
            throw new TooLarge("values are nested too deeply (at most " + MAX_DEPTH + " levels)");
        }
        if (!open.add(node)) {
            problems.error(
                    at(node.getStartMark()), "", "the alias stands inside its own anchor", "write the value out");
            return scalar(node, null, "", false);
        }
        if (!ALLOWED.contains(node.getTag())) {
            String tag = node.getTag().getValue().replace(Tag.PREFIX, "!!");
            problems.error(at(node.getStartMark()), "", "the tag " + tag + " is refused", "remove it");
        }
        YamlNode converted = node instanceof MappingNode mapping
                ? mapping(mapping)
                : node instanceof SequenceNode sequence ? sequence(sequence) : scalar((ScalarNode) node);
        open.remove(node);
        return converted;
    }

    private YamlNode mapping(MappingNode mapping) {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        Map<String, YamlNode.Entry> merged = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.error(at(tuple.getKeyNode().getStartMark()), "", "the key is not a text", "quote it");
                continue;
            }
            Location location = at(key.getStartMark());
            if (key.getValue().contains("${")) {
                problems.error(
                        location,
                        "",
                        "the key '" + Printable.cut(key.getValue()) + "' has an expression, which keys cannot have",
                        "write the expression in the value");
            }
            YamlNode value = convert(tuple.getValueNode());
            if (key.getTag().equals(PLAIN) && key.getValue().equals(MERGE_KEY)) {
                merge(value, merged);
            } else if (entries.putIfAbsent(key.getValue(), new YamlNode.Entry(location, value)) != null) {
                Location first = entries.get(key.getValue()).keyLocation();
                problems.error(
                        location,
                        "",
                        "the key '" + Printable.cut(key.getValue()) + "' stands twice in one mapping",
                        "remove one; the first is in line " + first.line());
            }
        }
        merged.forEach(entries::putIfAbsent);
        return new YamlNode.Mapping(at(mapping.getStartMark()), entries);
    }

    /** Adds the keys of a {@code <<} value: one mapping, or a list of mappings, of which the first has precedence. */
    private void merge(YamlNode value, Map<String, YamlNode.Entry> merged) {
        if (value instanceof YamlNode.Mapping mapping) {
            mapping.entries().forEach(merged::putIfAbsent);
        } else if (value instanceof YamlNode.Sequence sequence) {
            sequence.elements().forEach(element -> merge(element, merged));
        } else {
            problems.error(value.location(), "", "'<<' merges mappings, not " + value.kind(), "write <<: *anchor");
        }
    }

    private YamlNode sequence(SequenceNode sequence) {
        List<YamlNode> elements = new ArrayList<>(sequence.getValue().size());
        for (Node element : sequence.getValue()) {
            elements.add(convert(element));
        }
        return new YamlNode.Sequence(at(sequence.getStartMark()), elements);
    }

    private YamlNode scalar(ScalarNode node) {
        boolean plain =
                node.getScalarStyle() == ScalarStyle.PLAIN && !node.getTag().equals(Tag.STR);
        Object value = plain ? Scalars.resolve(node.getValue()) : node.getValue();
        if (value instanceof Double number && !Double.isFinite(number)) {
            problems.error(
                    at(node.getStartMark()),
                    "",
                    "'" + node.getValue() + "' is a number that JSON cannot write",
                    "write a number, or quote it for a text");
        }
        if (plain && value instanceof String && Scalars.isNumber(node.getValue())) {
            problems.error(
                    at(node.getStartMark()),
                    "",
                    "'" + Printable.cut(node.getValue()) + "' is a number beyond the limit (" + Numbers.LIMIT + ")",
                    "write a smaller number, or quote it for a text");
        }
        return scalar(node, value, node.getValue(), plain);
    }

    private YamlNode scalar(Node node, @Nullable Object value, String text, boolean unquoted) {
        Mark start = node.getStartMark();
        return new YamlNode.Scalar(value, text, unquoted, source, start.getIndex(), at(start));
    }

    private Location at(@Nullable Mark mark) {
        return source.location(mark);
    }

    /** Marks plain scalars, which have neither quotes nor a tag. SnakeYAML does not resolve them. */
    private static final class PlainResolver extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            // YAML 1.1 would read "no" as false and "12:30:45" as a number.
        }

        @Override
        public Tag resolve(NodeId kind, String value, boolean implicit) {
            return kind == NodeId.scalar && implicit ? PLAIN : super.resolve(kind, value, implicit);
        }
    }

    private static final class TooLarge extends YAMLException {
        private static final long serialVersionUID = 1L;

        TooLarge(String message) {
            super(message);
        }
    }
}
