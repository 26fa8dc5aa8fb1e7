package dev.weir.jinja;

/** A text under construction; the budget is charged before it grows. */
final class TextBuffer {
    private final Budget budget;
    private final StringBuilder text = new StringBuilder();

    TextBuffer(Budget budget) {
        this.budget = budget;
    }

    Budget budget() {
        return budget;
    }

    TextBuffer append(String part) {
        return append(part, 0, part.length());
    }

    TextBuffer append(String part, int from, int to) {
        budget.growth(text.length(), (long) to - from);
        text.append(part, from, to);
        return this;
    }

    TextBuffer append(char character) {
        budget.growth(text.length(), 1);
        text.append(character);
        return this;
    }

    TextBuffer appendCodePoint(int character) {
        budget.growth(text.length(), Character.charCount(character));
        text.appendCodePoint(character);
        return this;
    }

    /** Appends {@code part} {@code times} times. */
    TextBuffer repeat(String part, long times) {
        long count = Math.max(0, times);
        // Larger counts would overflow the product, and exceed every limit.
        budget.growth(text.length(), part.length() * Math.min(count, Budget.MAX_CHARACTERS + 1L));
        if (!part.isEmpty()) {
            text.append(part.repeat((int) count));
        }
        return this;
    }

    int length() {
        return text.length();
    }

    @Override
    public String toString() {
        budget.text(text.length());
        return text.toString();
    }
}
