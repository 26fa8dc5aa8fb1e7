package dev.weir.filter.regex;

import java.util.List;

/** The syntax tree of a regular expression. */
public sealed interface RegexNode {
    /** A number of repetitions without limit. */
    int UNBOUNDED = Integer.MAX_VALUE;

    /** The least number of code points of a match. */
    int shortest();

    /** One code point. */
    record One(CodePoints set) implements RegexNode {
        @Override
        public int shortest() {
            return 1;
        }
    }

    /** An assertion that must be true between two code points. */
    record AssertionNode(Assertion assertion) implements RegexNode {
        @Override
        public int shortest() {
            return 0;
        }
    }

    /** One part after the other; the empty text if there are no parts. */
    record Sequence(List<RegexNode> parts) implements RegexNode {
        @Override
        public int shortest() {
            return (int) Math.min(
                    UNBOUNDED, parts.stream().mapToLong(RegexNode::shortest).sum());
        }
    }

    /** Any one of the choices. */
    record Either(List<RegexNode> choices) implements RegexNode {
        @Override
        public int shortest() {
            return choices.stream().mapToInt(RegexNode::shortest).min().orElse(0);
        }
    }

    /** From {@code least} to {@code most} times. */
    record Repeated(RegexNode what, int least, int most) implements RegexNode {
        @Override
        public int shortest() {
            return (int) Math.min(UNBOUNDED, (long) least * what.shortest());
        }
    }

    /** A condition on the place between two code points. */
    enum Assertion {
        TEXT_BEGINS,
        TEXT_ENDS,
        LINE_BEGINS,
        LINE_ENDS,
        WORD_EDGE,
        NO_WORD_EDGE;

        boolean dependsOnNext() {
            return this != TEXT_BEGINS && this != LINE_BEGINS;
        }
    }
}
