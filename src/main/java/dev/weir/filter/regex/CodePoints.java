package dev.weir.filter.regex;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** A set of code points. Immutable. */
final class CodePoints {
    private static final int END = Character.MAX_CODE_POINT + 1;

    static final CodePoints DIGITS = range('0', '9');
    static final CodePoints WORD =
            DIGITS.or(range('a', 'z')).or(range('A', 'Z')).or(range('_', '_'));
    static final CodePoints SPACES = range('\t', '\n').or(range('\f', '\r')).or(range(' ', ' '));
    static final CodePoints LINE_FEED = range('\n', '\n');
    static final CodePoints NONE = new CodePoints(new int[0]);
    static final CodePoints ANY = NONE.negated();

    /** The bounds of ranges, ascending: in turn the first code point inside a range and the first behind it. */
    private final int[] bounds;

    private CodePoints(int[] bounds) {
        this.bounds = bounds;
    }

    /** The code points from {@code first} to {@code last}, both included. */
    static CodePoints range(int first, int last) {
        return new CodePoints(new int[] {first, last + 1});
    }

    /** The code points that fulfil {@code test}. */
    static CodePoints that(IntPredicate test) {
        BitSet bits = new BitSet(END);
        IntStream.range(0, END).filter(test).forEach(bits::set);
        return of(bits);
    }

    private static CodePoints of(BitSet bits) {
        IntStream.Builder bounds = IntStream.builder();
        for (int from = bits.nextSetBit(0); from >= 0; ) {
            int to = bits.nextClearBit(from);
            bounds.add(from).add(to);
            from = bits.nextSetBit(to);
        }
        return new CodePoints(bounds.build().toArray());
    }

    private BitSet bits() {
        BitSet bits = new BitSet(END);
        for (int i = 0; i < bounds.length; i += 2) {
            bits.set(bounds[i], bounds[i + 1]);
        }
        return bits;
    }

    /** Where membership changes, ascending. */
    IntStream bounds() {
        return Arrays.stream(bounds);
    }

    boolean isEmpty() {
        return bounds.length == 0;
    }

    boolean contains(int codePoint) {
        int at = Arrays.binarySearch(bounds, codePoint);
        int changesBefore = at >= 0 ? at + 1 : -at - 1;
        return changesBefore % 2 == 1;
    }

    CodePoints or(CodePoints other) {
        BitSet bits = bits();
        bits.or(other.bits());
        return of(bits);
    }

    CodePoints negated() {
        BitSet bits = bits();
        bits.flip(0, END);
        return of(bits);
    }

    /** Adds the upper and lower case of each code point. */
    CodePoints ignoringCase() {
        BitSet more = bits();
        for (int c : Cased.CODE_POINTS) {
            int upper = Character.toUpperCase(c);
            int lower = Character.toLowerCase(upper);
            if (contains(c) || contains(upper) || contains(lower)) {
                more.set(c);
                more.set(upper);
                more.set(lower);
            }
        }
        return of(more);
    }

    /** Computed at the first pattern that ignores case: a few thousand of a million code points. */
    private static final class Cased {
        /** The code points that differ from their upper case, or from the lower case of their upper case. */
        static final int[] CODE_POINTS = IntStream.range(0, END)
                .filter(c -> Character.toUpperCase(c) != c || Character.toLowerCase(Character.toUpperCase(c)) != c)
                .toArray();
    }
}
