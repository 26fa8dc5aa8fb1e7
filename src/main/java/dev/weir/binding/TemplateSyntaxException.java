package dev.weir.binding;

import dev.weir.ErrorCode;
import dev.weir.WeirException;

/** A text of a template that is not well formed, with its place. */
public final class TemplateSyntaxException extends WeirException {
    private static final long serialVersionUID = 1L;

    private final transient Reference.Place place;
    private final String remedy;

    TemplateSyntaxException(Reference.Place place, String message, String remedy) {
        super(ErrorCode.INTERNAL, message);
        this.place = place;
        this.remedy = remedy;
    }

    /** Where in the template the fault is. */
    public Reference.Place place() {
        return place;
    }

    /** What to write instead. */
    public String remedy() {
        return remedy;
    }
}
