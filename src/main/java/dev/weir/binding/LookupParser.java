package dev.weir.binding;

import dev.weir.Suggestion;
import dev.weir.json.PathStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Parses a source and the path into its value: {@code response[].choices[0].delta.content}. */
final class LookupParser {
    private static final String CHUNKS = "[]";
    private static final List<String> SOURCES = Arrays.stream(Source.values())
            .filter(source -> !source.isChunk() && !source.isAlwaysNull() && source != Source.REQUEST)
            .map(Source::toString)
            .toList();
    private static final Set<String> WORD_OPERATORS = Set.of("and", "or", "in", "not", "as");
    /** An int holds every number of this many digits. */
    private static final int MAX_INDEX_DIGITS = 9;

    private static final String BRACKETS = "write [0], [-1], [1:3], [*] or ['odd key']";

    private final Cursor cursor;

    LookupParser(Cursor cursor) {
        this.cursor = cursor;
    }

    /** Parses the lookup at the cursor. {@code closer} closes the enclosing expression, for messages. */
    Expression.Lookup lookup(char closer) {
        int start = cursor.position();
        String word = cursor.name();
        return switch (word) {
            case "input" -> plain(Source.INPUT);
            case "output" -> plain(Source.OUTPUT);
            case "response" -> plain(cursor.skip(CHUNKS) ? Source.RESPONSE_CHUNK : Source.RESPONSE);
            case "result" -> plain(cursor.skip(CHUNKS) ? Source.RESULT_CHUNK : Source.RESULT);
            case "item" -> plain(Source.ITEM);
            case "index" -> plain(Source.INDEX);
            case "context" -> plain(Source.CONTEXT);
            case "request" -> plain(Source.REQUEST);
            case "jobs" -> jobOutput(start);
            case "env" -> variable(start);
            case "gateway" -> gateway();
            default -> throw unknown(word, start, closer);
        };
    }

    private Expression.Lookup plain(Source source) {
        return new Expression.Lookup(source, null, path());
    }

    /** Parses the rest of {@code gateway.public_url} or {@code gateway:8080.public_url}. */
    private Expression.Lookup gateway() {
        if (cursor.skip(":")) {
            cursor.name();
        }
        return plain(Source.GATEWAY);
    }

    private Expression.Lookup jobOutput(int start) {
        List<PathStep> path = path(true);
        if (path.size() < 2
                || !(path.get(0) instanceof PathStep.Key id)
                || !(path.get(1) instanceof PathStep.Key part)
                || !(part.name().equals("output") || part.name().equals("error"))) {
            throw cursor.error(start, "a job's output is not named", "write it as jobs.<id>.output");
        }
        if (part.name().equals("error")) {
            return new Expression.Lookup(Source.JOB_ERROR, id.name(), List.copyOf(path.subList(2, path.size())));
        }
        // The chunks of a stream: a reader of chunks takes them from the output itself.
        cursor.skip(CHUNKS);
        return new Expression.Lookup(Source.JOB_OUTPUT, id.name(), List.copyOf(path.subList(2, path.size())));
    }

    private Expression.Lookup variable(int start) {
        List<PathStep> path = path();
        if (path.size() != 1 || !(path.get(0) instanceof PathStep.Key name)) {
            throw cursor.error(start, "an environment variable is not named", "write it as env.NAME");
        }
        return new Expression.Lookup(Source.ENV, name.name(), List.of());
    }

    private List<PathStep> path() {
        return path(false);
    }

    /** Reads the steps of a path; {@code endsAtChunks} if {@code []} may follow it. */
    private List<PathStep> path(boolean endsAtChunks) {
        List<PathStep> steps = new ArrayList<>();
        while (true) {
            if (cursor.at(".")) {
                steps.add(key());
            } else if (cursor.at("[") && !(endsAtChunks && cursor.at(CHUNKS))) {
                steps.add(bracket());
            } else {
                return List.copyOf(steps);
            }
        }
    }

    private PathStep key() {
        int start = cursor.position();
        cursor.next();
        String name = cursor.name();
        if (name.isEmpty()) {
            throw cursor.error(start, "a key is missing after '.'", "write other keys as ['odd key']");
        }
        return new PathStep.Key(name);
    }

    private PathStep bracket() {
        int start = cursor.position();
        cursor.next();
        PathStep step;
        if (cursor.at("'") || cursor.at("\"")) {
            step = new PathStep.Key(cursor.quoted());
        } else if (cursor.skip("*")) {
            step = new PathStep.Wildcard();
        } else {
            step = position(start);
        }
        if (!cursor.skip("]")) {
            throw cursor.error(start, "'[' is not closed", BRACKETS);
        }
        return step;
    }

    /** Parses a position, or a slice with up to two of them. */
    private PathStep position(int start) {
        Integer first = cursor.at(":") ? null : Integer.valueOf(index(start));
        if (!cursor.skip(":")) {
            return new PathStep.Index(Objects.requireNonNull(first));
        }
        Integer end = cursor.at("]") || cursor.at(":") ? null : Integer.valueOf(index(start));
        if (cursor.at(":")) {
            throw cursor.error(cursor.position(), "a slice has no step", "write [1:3], [1:] or [:3]");
        }
        return new PathStep.Slice(first, end);
    }

    private int index(int start) {
        int from = cursor.position();
        if (cursor.at("${")) {
            throw cursor.error(from, "an expression stands in '[…]'", BRACKETS);
        }
        cursor.skip("-");
        while (cursor.peek() >= '0' && cursor.peek() <= '9') {
            cursor.next();
        }
        String digits = cursor.between(from, cursor.position());
        if (digits.isEmpty() && cursor.at("]")) {
            throw cursor.error(
                    start, "'[]' does not stand after response or result", "write [*] for every element of a list");
        }
        if (digits.isEmpty() || digits.equals("-") || digits.length() > MAX_INDEX_DIGITS) {
            throw cursor.error(start, "no index stands in '[…]'", BRACKETS);
        }
        return Integer.parseInt(digits);
    }

    private TemplateSyntaxException unknown(String word, int start, char closer) {
        if (cursor.atEnd() && word.isEmpty()) {
            return cursor.error(start, "a value is missing at the end", "close the expression with " + closer);
        }
        if (word.isEmpty() || WORD_OPERATORS.contains(word)) {
            String found = word.isEmpty() ? String.valueOf(cursor.peek()) : word;
            return cursor.error(
                    start, "a value is missing before '" + found + "'", "write a source or a literal there");
        }
        String sources = "the sources are " + String.join(", ", SOURCES) + "; put text in quotes";
        String remedy = cursor.at(".output") && Suggestion.to(word, SOURCES).isEmpty()
                ? "write jobs." + word + ".output for a job's output"
                : Suggestion.remedy(word, SOURCES, sources);
        return cursor.error(start, "there is no source '" + word + "'", remedy);
    }
}
