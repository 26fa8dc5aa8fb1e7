package dev.weir.jinja;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one rendering may use: work, memory, time and depth. Every operation of the language charges here, before it is done, what it
 * costs. A template comes from strangers; an honest one needs a small part of this. Belongs to one rendering.
 */
final class Budget {
    /** Characters (UTF-16) of any one text. */
    static final int MAX_CHARACTERS = 8 << 20;
    /** Elements of any one list or mapping. */
    static final int MAX_ELEMENTS = 100_000;
    /** Values within values, macros within macros and expressions within expressions, together. */
    static final int MAX_DEPTH = 1000;

    private static final int MAX_MACROS = 200;
    /** What a statement or call costs. */
    private static final int STEP = 64;

    /** What a number takes. */
    static final int NUMBER_BYTES = 24;

    private static final int UNDEFINED_BYTES = 64;
    private static final int UNITS_BETWEEN_LOOKS = 1 << 16;
    private static final int MEBIBYTE = 1 << 20;

    /**
     * The limits of one rendering.
     *
     * @param work units, each about the comparison of two characters
     * @param bytes of all values that are made, whether or not they are still in use
     */
    record Limits(Duration time, long work, long bytes) {
        /** Of a rendering for a run: of the heap a sixteenth, since several run at once. */
        static final Limits RUN = new Limits(
                Duration.ofSeconds(10),
                1L << 30,
                Math.min(64L * MEBIBYTE, Runtime.getRuntime().maxMemory() / 16));

        /** Of a rendering with a few short messages. */
        static final Limits REHEARSAL = new Limits(RUN.time(), 1L << 26, RUN.bytes() / 4);
    }

    private final Limits limits;
    private final Runnable check;
    private final long begun = System.nanoTime();
    private long work;
    private long unlooked;
    private long bytes;
    private int depth;
    private int macros;

    /** @param check runs now and then; what it throws ends the rendering */
    Budget(Limits limits, Runnable check) {
        this.limits = limits;
        this.check = check;
    }

    /** Charges one statement or call. */
    void step() {
        charge(STEP);
    }

    /** Charges work. What takes long is charged in pieces, so that the end of the time and a cancellation are seen. */
    void charge(long units) {
        work += units;
        unlooked += units;
        if (work > limits.work()) {
            throw new JinjaException("the template does too much work (at most " + limits.work() + " units)");
        }
        if (unlooked >= UNITS_BETWEEN_LOOKS) {
            unlooked = 0;
            look();
        }
    }

    private void look() {
        if (System.nanoTime() - begun > limits.time().toNanos()) {
            throw new JinjaException(
                    "the template takes too long (at most " + limits.time().toMillis() + " ms)");
        }
        check.run();
    }

    /** Charges a text of so many characters, which is about to be made. */
    void text(long characters) {
        checkCharacters(characters);
        made(48 + 2 * characters);
        charge(characters);
    }

    /** Charges what a text of {@code length} characters is about to grow by. */
    void growth(long length, long more) {
        checkCharacters(length + more);
        made(2 * more);
        charge(1 + more);
    }

    /** Charges a list or mapping of so many elements, which is about to be made; the elements are not counted. */
    void list(long elements) {
        checkElements(elements);
        made(48 + 4 * elements);
        charge(elements);
    }

    /** Charges one element more of a list of {@code size} elements. */
    void element(int size) {
        checkElements(size + 1L);
        made(8);
        charge(1);
    }

    /** Charges the memory of values. */
    void made(long more) {
        bytes += more;
        if (bytes > limits.bytes()) {
            throw new JinjaException(
                    "the template's values need too much memory (at most " + limits.bytes() + " bytes)");
        }
    }

    /** Charges a value that was made, if it is one that nothing else charges. */
    void small(@Nullable Object value) {
        if (value instanceof Number) {
            made(NUMBER_BYTES);
        } else if (value instanceof Undefined undefined) {
            made(UNDEFINED_BYTES + undefined.reason().length());
        }
    }

    private static void checkCharacters(long count) {
        if (count > MAX_CHARACTERS) {
            throw new JinjaException("a text is too long (at most " + MAX_CHARACTERS + " characters)");
        }
    }

    private static void checkElements(long count) {
        if (count > MAX_ELEMENTS) {
            throw new JinjaException("a list is too long (at most " + MAX_ELEMENTS + " elements)");
        }
    }

    /** Goes one level deeper, into an expression or a value. A failure ends the rendering, so that no level has to be left then. */
    void enter() {
        if (++depth > MAX_DEPTH) {
            throw new JinjaException("the template is nested too deeply (at most " + MAX_DEPTH + " levels)");
        }
    }

    void leave() {
        depth--;
    }

    void enterMacro() {
        if (++macros > MAX_MACROS) {
            throw new JinjaException("macros call each other too deeply (at most " + MAX_MACROS + " levels)");
        }
    }

    void leaveMacro() {
        macros--;
    }
}
