package dev.weir.component.text;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Splits a text at separators into chunks of a size. The text is split at the coarsest separator that it contains. Parts that
 * are too large are split at the next finer one, and neighbouring parts are joined up to the size. A separator, or
 * a run of it, stands at the beginning of its part, so that chunks without overlap are together the text.
 *
 * <p>Sizes count code points. A part that contains none of the separators is a chunk, whatever its size. The chunks are made
 * one by one while they are read.
 */
final class TextSplitter implements Splitter {
    private final Rule rule;
    private final int mostCharacters;
    private final StringBuilder text = new StringBuilder();

    /**
     * How a text is split.
     *
     * @param separators the coarsest first; the empty text stands for every character
     * @param size the most characters of a chunk, at least 1
     * @param overlap the most characters that two chunks share, at most {@code size}
     * @param joins whether neighbouring parts are joined
     */
    record Rule(List<String> separators, int size, int overlap, boolean joins) {
        Rule {
            separators = List.copyOf(separators);
        }
    }

    /**
     * Creates a splitter.
     *
     * @param mostCharacters the longest text that is collected from pieces
     */
    TextSplitter(Rule rule, int mostCharacters) {
        this.rule = rule;
        this.mostCharacters = mostCharacters;
    }

    @Override
    public Iterable<String> add(String piece) {
        if (!text.isEmpty() && text.length() + piece.length() > mostCharacters) {
            throw new WeirException(
                    ErrorCode.OUTPUT_TOO_LARGE,
                    "the text to split is too large (at most " + mostCharacters + " characters, weir.task.max-output)");
        }
        text.append(piece);
        return List.of();
    }

    @Override
    public Iterable<String> end() {
        return () -> new Chunks(text.toString());
    }

    /** A stretch of a text, with its length in code points. */
    private record Part(int start, int end, int points) {}

    /** The chunks of one text. */
    private final class Chunks implements Iterator<String> {
        private final Deque<Region> regions = new ArrayDeque<>();
        private final Deque<String> ready = new ArrayDeque<>();

        Chunks(String whole) {
            if (!whole.isEmpty()) {
                regions.push(new Region(whole, 0));
            }
        }

        @Override
        public boolean hasNext() {
            while (ready.isEmpty() && !regions.isEmpty()) {
                advance(regions.element());
            }
            return !ready.isEmpty();
        }

        @Override
        public String next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return ready.remove();
        }

        private void advance(Region region) {
            Part part = region.nextPart();
            if (part == null) {
                give(region.taken());
                regions.pop();
            } else if (part.points() < rule.size() || region.isFinest()) {
                give(region.join(part));
            } else {
                give(region.taken());
                regions.push(new Region(region.text.substring(part.start(), part.end()), region.finer));
            }
        }

        private void give(@Nullable String chunk) {
            if (chunk != null) {
                ready.add(chunk);
            }
        }
    }

    /** A part of the text that is split at one separator. */
    private final class Region {
        private final String text;
        /** The separator; null if the text contains none. */
        private final @Nullable String separator;
        /** The index of the first finer separator. */
        private final int finer;

        private final Deque<Part> joined = new ArrayDeque<>();
        private int joinedPoints;
        private int position;

        Region(String text, int coarsest) {
            this.text = text;
            int index = coarsest;
            while (index < rule.separators().size()
                    && !text.contains(rule.separators().get(index))) {
                index++;
            }
            this.separator =
                    index < rule.separators().size() ? rule.separators().get(index) : null;
            this.finer = index + 1;
        }

        boolean isFinest() {
            return finer >= rule.separators().size();
        }

        /** Returns the next part; null at the end. */
        @Nullable
        Part nextPart() {
            if (position == text.length()) {
                return null;
            }
            int start = position;
            position = partEnd(start);
            return new Part(start, position, text.codePointCount(start, position));
        }

        private int partEnd(int start) {
            if (separator == null) {
                return text.length();
            } else if (separator.isEmpty()) {
                return text.offsetByCodePoints(start, 1);
            }
            int from = start;
            while (text.startsWith(separator, from)) {
                from += separator.length();
            }
            int next = text.indexOf(separator, from);
            return next < 0 ? text.length() : next;
        }

        /** Adds a part to the chunk that is being joined. Returns the chunk before it if the part does not fit. */
        @Nullable
        String join(Part part) {
            boolean joins = rule.joins() || (separator != null && separator.isEmpty());
            String full = joins && joinedPoints + part.points() <= rule.size() ? null : chunk();
            if (full != null) {
                while (!joined.isEmpty() && (!joins || isTooMuchBefore(part))) {
                    joinedPoints -= joined.remove().points();
                }
            }
            joined.add(part);
            joinedPoints += part.points();
            return full;
        }

        private boolean isTooMuchBefore(Part part) {
            return joinedPoints > rule.overlap() || joinedPoints + part.points() > rule.size();
        }

        /** Returns the joined parts; null if there are none. */
        private @Nullable String chunk() {
            return joined.isEmpty()
                    ? null
                    : text.substring(joined.element().start(), joined.getLast().end());
        }

        /** Returns the joined parts and forgets them. */
        @Nullable
        String taken() {
            String chunk = chunk();
            joined.clear();
            joinedPoints = 0;
            return chunk;
        }
    }
}
