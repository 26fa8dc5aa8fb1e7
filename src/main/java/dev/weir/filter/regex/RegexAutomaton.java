package dev.weir.filter.regex;

import dev.weir.filter.regex.RegexNode.Assertion;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A deterministic automaton of a program. States are made when a text needs them, because the whole automaton may be very
 * large. Thread-safe.
 *
 * <p>Above a limit all states are dropped and made again. A state is immutable except for its transitions: a thread that
 * does not see a transition makes it again.
 */
public final class RegexAutomaton {
    /** The most references and numbers of all states together. */
    private static final int MOST_CELLS = 1 << 19;

    /** There is no char before. */
    public static final int BEGINNING = 1;

    private static final int OTHER = 0;
    private static final int WORD = 2;
    private static final int LINE_FEED = 4;

    private static final int ASCII = 128;
    private static final byte[] KINDS = new byte[ASCII];

    static {
        for (int c = 0; c < ASCII; c++) {
            KINDS[c] = (byte) (c == '\n' ? LINE_FEED : CodePoints.WORD.contains(c) ? WORD : OTHER);
        }
    }

    /** The next char is unknown: an assertion on it counts as false or as true. */
    private static final int UNKNOWN_AS_FALSE = -1;

    private static final int UNKNOWN_AS_TRUE = -2;

    private final RegexProgram program;
    private final int end;
    /** Whether a match may begin with a class, by the kind of the char before. This excludes most chars inside a word. */
    private final boolean[][] mayBegin = new boolean[LINE_FEED + 1][];
    /** The same for ASCII, by char. */
    private final boolean[][] asciiMayBegin = new boolean[LINE_FEED + 1][ASCII];

    private final Map<Key, State> states = new HashMap<>();
    private int cells;
    private volatile long work;
    private volatile State[] starts = new State[0];

    /**
     * The identity of a state: its places in the program, the kind of the char before, and whether a match ended before
     * that char.
     */
    private record Key(BitSet places, int before, boolean matchedBefore) {}

    /** The state of a search. */
    public static final class State {
        private final Key key;
        private final @Nullable State[] next;
        /** Whether a match ended before the last code point; decided by that code point. */
        public final boolean matchedBefore;
        /** Whether a match ends here, whatever follows. */
        public final boolean matches;
        /** Whether a match may end here, depending on the next char. */
        public final boolean mayMatchHere;
        /** Whether a match is still possible. */
        public final boolean isAlive;

        State(Key key, int classes, boolean matches, boolean mayMatchHere, boolean isAlive) {
            this.key = key;
            this.next = new State[classes];
            this.matchedBefore = key.matchedBefore();
            this.matches = matches;
            this.mayMatchHere = mayMatchHere;
            this.isAlive = isAlive;
        }
    }

    /** The places that are reached without reading a char. */
    private record Closure(BitSet takes, boolean matches) {}

    public RegexAutomaton(RegexProgram program) {
        this.program = program;
        this.end = program.classes();
        for (int before : new int[] {BEGINNING, OTHER, WORD, LINE_FEED}) {
            boolean[] may = new boolean[program.classes()];
            for (int i = 0; i < may.length; i++) {
                may[i] = !taken(closure(startPlaces(), before, i).takes(), i).isEmpty();
            }
            for (int c = 0; c < ASCII; c++) {
                asciiMayBegin[before][c] = may[program.classOf(c)];
            }
            mayBegin[before] = may;
        }
        reset();
    }

    private BitSet startPlaces() {
        BitSet places = new BitSet();
        places.set(program.start());
        return places;
    }

    private void reset() {
        states.clear();
        cells = 0;
        State[] fresh = new State[LINE_FEED + 1];
        for (int before = 0; before < fresh.length; before++) {
            fresh[before] = state(new Key(startPlaces(), relevant(before), false));
        }
        starts = fresh;
    }

    /** Whether a match may begin with a char, or half of a code point, after a char of the {@link #kind} {@code before}. */
    public boolean mayBeginWith(char c, int before) {
        return c < ASCII
                ? asciiMayBegin[before][c]
                : Character.isHighSurrogate(c) || mayBegin[before][program.classOf(c)];
    }

    /** Returns the start state by the {@link #kind} of the char before, or {@link #BEGINNING} if there is none. */
    public State start(int before) {
        return starts[relevant(before)];
    }

    /** Returns the kind if the program has assertions. Otherwise all kinds share their states. */
    private int relevant(int kind) {
        return program.hasAssertions() ? kind : OTHER;
    }

    /** Returns the kind of a char, for assertions after it. */
    public static int kind(int c) {
        return c < ASCII ? KINDS[c] : OTHER;
    }

    /** Returns the state after a code point. */
    public State next(State state, int codePoint) {
        return to(state, program.classOf(codePoint));
    }

    /** Returns the state after the end of the text. */
    public State atEnd(State state) {
        return to(state, end);
    }

    private State to(State state, int next) {
        State known = state.next[next];
        return known == null ? made(state, next) : known;
    }

    /** The number of places of the program that were visited to make states. */
    long work() {
        return work;
    }

    private synchronized State made(State state, int next) {
        work += program.size();
        if (cells > MOST_CELLS) {
            reset();
        }
        Closure closure = closure(state.key.places(), state.key.before(), next);
        BitSet places = next == end ? new BitSet() : taken(closure.takes(), next);
        int before = next == end ? OTHER : relevant(kind(program.representative(next)));
        State made = state(new Key(places, before, closure.matches()));
        state.next[next] = made;
        return made;
    }

    private State state(Key key) {
        State known = states.get(key);
        if (known != null) {
            return known;
        }
        Closure certain = closure(key.places(), key.before(), UNKNOWN_AS_FALSE);
        Closure possible = closure(key.places(), key.before(), UNKNOWN_AS_TRUE);
        boolean mayMatchHere = possible.matches() && !certain.matches();
        State made = new State(
                key,
                end + 1,
                certain.matches(),
                mayMatchHere,
                mayMatchHere || !possible.takes().isEmpty());
        states.put(key, made);
        cells += end + key.places().size() / Integer.SIZE;
        return made;
    }

    private BitSet taken(BitSet takes, int ofClass) {
        BitSet places = new BitSet();
        int c = program.representative(ofClass);
        for (int at = takes.nextSetBit(0); at >= 0; at = takes.nextSetBit(at + 1)) {
            RegexProgram.Step.Take take = (RegexProgram.Step.Take) program.step(at);
            if (take.set().contains(c)) {
                places.set(take.next());
            }
        }
        return places;
    }

    private Closure closure(BitSet places, int before, int next) {
        int[] open = Arrays.copyOf(places.stream().toArray(), 3 * program.size());
        int count = places.cardinality();
        BitSet seen = new BitSet();
        BitSet takes = new BitSet();
        boolean matches = false;
        while (count > 0) {
            int at = open[--count];
            if (seen.get(at)) {
                continue;
            }
            seen.set(at);
            RegexProgram.Step step = program.step(at);
            if (step instanceof RegexProgram.Step.Take) {
                takes.set(at);
            } else if (step instanceof RegexProgram.Step.Split split) {
                open[count++] = split.one();
                open[count++] = split.other();
            } else if (step instanceof RegexProgram.Step.Check check) {
                if (isTrue(check.assertion(), before, next)) {
                    open[count++] = check.next();
                }
            } else {
                matches = true;
            }
        }
        return new Closure(takes, matches);
    }

    private boolean isTrue(Assertion assertion, int before, int next) {
        if (next < 0 && assertion.dependsOnNext()) {
            return next == UNKNOWN_AS_TRUE;
        }
        return switch (assertion) {
            case TEXT_BEGINS -> before == BEGINNING;
            case LINE_BEGINS -> before == BEGINNING || before == LINE_FEED;
            case TEXT_ENDS -> next == end;
            case LINE_ENDS -> next == end || program.representative(next) == '\n';
            case WORD_EDGE -> isWordEdge(before, next);
            case NO_WORD_EDGE -> !isWordEdge(before, next);
        };
    }

    private boolean isWordEdge(int before, int next) {
        return (before == WORD) != (next != end && CodePoints.WORD.contains(program.representative(next)));
    }
}
