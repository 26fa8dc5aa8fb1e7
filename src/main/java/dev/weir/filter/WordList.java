package dev.weir.filter;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;

/**
 * Finds words in one pass over the text, by the automaton of Aho and Corasick ("Efficient string matching: an aid to
 * bibliographic search", 1975).
 *
 * <p>A state is the longest suffix of the text that is a prefix of a word. Exactly this suffix must be kept back.
 */
public final class WordList implements Matcher {
    private static final int ROOT = 0;
    private static final int NONE = -1;

    private final boolean ignoreCase;
    private final boolean wholeWords;
    private final Edges edges = new Edges();

    /** The set of chars that begin a word, one bit each; in both cases if case is ignored. */
    private final long[] first = new long[(Character.MAX_VALUE + 1) / Long.SIZE];

    private int states = 1;
    private int[] depth = new int[64];
    /** The state of the longest proper suffix of this one that is a prefix of a word. */
    private int[] fallback = new int[64];
    /** The state of the longest suffix of this one that is a word, itself included; {@link #NONE} if there is none. */
    private int[] word = new int[64];

    private boolean[] goesOn = new boolean[64];

    /**
     * Builds the automaton.
     *
     * @param words at least one, none empty
     * @param ignoreCase whether upper and lower case are the same
     * @param wholeWords whether a word is found only where no letter, digit or underscore stands beside it
     */
    public WordList(Collection<String> words, boolean ignoreCase, boolean wholeWords) {
        this.ignoreCase = ignoreCase;
        this.wholeWords = wholeWords;
        word[ROOT] = NONE;
        words.forEach(this::add);
        markBeginnings();
        link();
    }

    private void add(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a word must not be empty");
        }
        int state = ROOT;
        for (int i = 0; i < text.length(); i++) {
            char next = folded(text.charAt(i));
            int known = edges.get(state, next);
            if (known == NONE) {
                known = newState(depth[state] + 1);
                edges.put(state, next, known);
                goesOn[state] = true;
            }
            state = known;
        }
        word[state] = state;
    }

    private void markBeginnings() {
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            if (edges.get(ROOT, folded((char) c)) != NONE) {
                first[c / Long.SIZE] |= 1L << c;
            }
        }
    }

    private int newState(int itsDepth) {
        if (states == depth.length) {
            depth = Arrays.copyOf(depth, 2 * states);
            fallback = Arrays.copyOf(fallback, 2 * states);
            word = Arrays.copyOf(word, 2 * states);
            goesOn = Arrays.copyOf(goesOn, 2 * states);
        }
        depth[states] = itsDepth;
        word[states] = NONE;
        return states++;
    }

    /** Sets the fallbacks in the order of depth, because a fallback needs those of shallower states. */
    private void link() {
        int[][] children = edges.byState(states);
        Deque<Integer> queue = new ArrayDeque<>();
        queue.add(ROOT);
        while (!queue.isEmpty()) {
            int state = queue.remove();
            int[] outgoing = children[state];
            for (int i = 0; outgoing != null && i < outgoing.length; i += 2) {
                int child = outgoing[i + 1];
                fallback[child] = state == ROOT ? ROOT : next(fallback[state], (char) outgoing[i]);
                if (word[child] == NONE) {
                    word[child] = word[fallback[child]];
                }
                queue.add(child);
            }
        }
    }

    private int next(int state, char c) {
        int from = state;
        int to = edges.get(from, c);
        while (to == NONE && from != ROOT) {
            from = fallback[from];
            to = edges.get(from, c);
        }
        return to == NONE ? ROOT : to;
    }

    private char folded(char c) {
        return ignoreCase ? Character.toLowerCase(Character.toUpperCase(c)) : c;
    }

    private boolean beginsAWord(char c) {
        return (first[c / Long.SIZE] & 1L << c) != 0;
    }

    private static boolean isWordChar(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    @Override
    public Finder finder() {
        return new Search();
    }

    /** The search of one text. */
    final class Search extends Finder {
        private int position;
        private int state;
        private boolean found;

        @Override
        void restart(int position) {
            this.position = position;
            state = ROOT;
            found = false;
        }

        @Override
        boolean find(char[] text, int to, boolean last) {
            while (position < to) {
                if (state == ROOT && !skip(text, to)) {
                    break;
                }
                char c = folded(text[position]);
                if (wholeWords && !isWordChar(text[position])) {
                    recordMatch(text);
                }
                state = next(state, c);
                position++;
                if (!wholeWords) {
                    recordMatch(text);
                }
                if (found && isCertain()) {
                    return true;
                }
            }
            if (!last) {
                return false;
            }
            if (wholeWords) {
                recordMatch(text);
            }
            state = ROOT;
            return found;
        }

        /** Moves to the next char that begins a word; false if there is none. */
        private boolean skip(char[] text, int to) {
            int at = position;
            while (at < to && !beginsAWord(text[at])) {
                at++;
            }
            position = at;
            return at < to;
        }

        /** Whether no open match can begin earlier, or begin at the same place and be longer. */
        private boolean isCertain() {
            int oldest = position - depth[state];
            boolean mayBeLonger = goesOn[state] || (wholeWords && word[state] == state);
            return oldest > matchStart || (oldest == matchStart && !mayBeLonger);
        }

        /** Records the longest word that ends here, unless a word that begins earlier is found already. */
        private void recordMatch(char[] text) {
            for (int end = word[state]; end != NONE; end = word[fallback[end]]) {
                int start = position - depth[end];
                if (!wholeWords || standsAlone(text, start)) {
                    if (!found || start <= matchStart) {
                        found = true;
                        matchStart = start;
                        matchEnd = position;
                    }
                    return;
                }
            }
        }

        private boolean standsAlone(char[] text, int start) {
            return start > origin ? !isWordChar(text[start - 1]) : !begun || !isWordChar(before);
        }

        @Override
        int pending() {
            int oldest = position - depth[state];
            return found ? Math.min(oldest, matchStart) : oldest;
        }

        @Override
        void shift(int by) {
            position -= by;
            matchStart -= by;
            matchEnd -= by;
        }
    }

    /** Transitions from a state and a char to a state: a hash table with open addressing. One key packs both. */
    private static final class Edges {
        private static final long FREE = -1;

        private long[] keys = filled(256);
        private int[] targets = new int[256];
        private int size;

        private static long[] filled(int length) {
            long[] keys = new long[length];
            Arrays.fill(keys, FREE);
            return keys;
        }

        int get(int state, char c) {
            int slot = slot((long) state << Character.SIZE | c);
            return keys[slot] == FREE ? NONE : targets[slot];
        }

        void put(int state, char c, int target) {
            if (2 * ++size > keys.length) {
                grow();
            }
            set((long) state << Character.SIZE | c, target);
        }

        private void set(long key, int target) {
            int slot = slot(key);
            keys[slot] = key;
            targets[slot] = target;
        }

        private int slot(long key) {
            long mixed = key * 0x9E37_79B9_7F4A_7C15L;
            int slot = (int) (mixed >>> Integer.SIZE) & (keys.length - 1);
            while (keys[slot] != FREE && keys[slot] != key) {
                slot = (slot + 1) & (keys.length - 1);
            }
            return slot;
        }

        private void grow() {
            long[] oldKeys = keys;
            int[] oldTargets = targets;
            keys = filled(2 * oldKeys.length);
            targets = new int[keys.length];
            for (int i = 0; i < oldKeys.length; i++) {
                if (oldKeys[i] != FREE) {
                    set(oldKeys[i], oldTargets[i]);
                }
            }
        }

        /** Returns for each state its chars and their targets alternately; null for a state without transitions. */
        int[][] byState(int states) {
            int[][] all = new int[states][];
            for (int i = 0; i < keys.length; i++) {
                if (keys[i] != FREE) {
                    int state = (int) (keys[i] >> Character.SIZE);
                    int[] some = all[state] == null ? new int[0] : all[state];
                    int[] more = Arrays.copyOf(some, some.length + 2);
                    more[some.length] = (int) (keys[i] & Character.MAX_VALUE);
                    more[some.length + 1] = targets[i];
                    all[state] = more;
                }
            }
            return all;
        }
    }
}
