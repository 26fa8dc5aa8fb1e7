package dev.weir.binding;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.List;

/** A string of a template that is not well formed, with its place in the tree and in the string. */
public final class TemplateSyntaxException extends WeirException {
    private static final long serialVersionUID = 1L;

    private final transient List<Object> path;
    private final int offset;
    private final String remedy;

    TemplateSyntaxException(List<Object> path, int offset, String message, String remedy) {
        super(ErrorCode.INTERNAL, message);
        this.path = List.copyOf(path);
        this.offset = offset;
        this.remedy = remedy;
    }

    /** The keys (String) and positions (Integer) that lead to the string; empty when the string is the template. */
    public List<Object> path() {
        return path;
    }

    /** Where in the string the fault is: an index into its chars, from 0. */
    public int offset() {
        return offset;
    }

    /** What to write instead. */
    public String remedy() {
        return remedy;
    }
}
