package dev.weir.jinja;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one rendering: work, memory, time and depth. Every operation of the language charges its cost here before it
 * begins. Templates are untrusted; an ordinary one needs a small part of the limits. Confined to one rendering.
 */
final class Budget {
    /** The most characters (UTF-16) of a text. */
    static final int MAX_CHARACTERS = 8 << 20;
    /** The most elements of a list or mapping. */
    static final int MAX_ELEMENTS = 100_000;
    /** The deepest nesting of values, macros and expressions together. */
    static final int MAX_DEPTH = 1000;

    private static final int MAX_MACROS = 200;
    /** The units of work of a statement or call. */
    private static final int STEP = 64;

    /** The bytes of a number. */
    static final int NUMBER_BYTES = 24;

    private static final int UNDEFINED_BYTES = 64;
    private static final int UNITS_BETWEEN_LOOKS = 1 << 16;
    private static final int MEBIBYTE = 1 << 20;

    /**
     * The limits of one rendering.
     *
     * @param work in units of about one comparison of two characters
     * @param bytes of all values that are made, including those no longer in use
     */
    record Limits(Duration time, long work, long bytes) {
        /** The limits of a rendering for a run: at most a sixteenth of the heap, because several renderings run at once. */
        static final Limits RUN = new Limits(
                Duration.ofSeconds(10),
                1L << 30,
                Math.min(64L * MEBIBYTE, Runtime.getRuntime().maxMemory() / 16));

        /** The limits of a rendering with a few short messages. */
        static final Limits REHEARSAL = new Limits(RUN.time(), 1L << 26, RUN.bytes() / 4);
    }

    private final Limits limits;
    private final Runnable check;
    private final long begun = System.nanoTime();
    private long work;
    private long uncheckedWork;
    private long bytes;
    private int depth;
    private int macros;

    /**
     * Creates a budget; the time starts now.
     *
     * @param check runs now and then; its exception ends the rendering
     */
    Budget(Limits limits, Runnable check) {
        this.limits = limits;
        this.check = check;
    }

    /** Charges one statement or call. */
    void step() {
        charge(STEP);
    }

    /** Charges work. Long work is charged in parts, so that the time limit and a cancellation take effect. */
    void charge(long units) {
        work += units;
        uncheckedWork += units;
        if (work > limits.work()) {
            throw new JinjaException("the template does too much work (at most " + limits.work() + " units)");
        }
        if (uncheckedWork >= UNITS_BETWEEN_LOOKS) {
            uncheckedWork = 0;
            checkLimits();
        }
    }

    private void checkLimits() {
        if (System.nanoTime() - begun > limits.time().toNanos()) {
            throw new JinjaException(
                    "the template takes too long (at most " + limits.time().toMillis() + " ms)");
        }
        check.run();
    }

    /** Charges a text of {@code characters} characters, before it is made. */
    void text(long characters) {
        checkCharacters(characters);
        made(48 + 2 * characters);
        charge(characters);
    }

    /** Charges the growth of a text of {@code length} characters by {@code more}, before it grows. */
    void growth(long length, long more) {
        checkCharacters(length + more);
        made(2 * more);
        charge(1 + more);
    }

    /** Charges a list or mapping of {@code elements} elements, before it is made; the elements themselves are not charged. */
    void list(long elements) {
        checkElements(elements);
        made(48 + 4 * elements);
        charge(elements);
    }

    /** Charges a further element of a list of {@code size} elements. */
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

    /** Charges a new value of a kind that no other method charges: a number or an undefined value. */
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

    /** Enters an expression or a value, one level deeper. A failure ends the rendering; {@link #leave} is not needed then. */
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
