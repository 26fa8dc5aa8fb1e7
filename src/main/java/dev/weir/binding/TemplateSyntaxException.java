package dev.weir.binding;

import dev.weir.ErrorCode;
import dev.weir.WeirException;

/** Reports a malformed text in a template, with its place. */
public final class TemplateSyntaxException extends WeirException {
    private static final long serialVersionUID = 1L;

    private final transient Reference.Place place;
    private final String remedy;

    TemplateSyntaxException(Reference.Place place, String message, String remedy) {
        super(ErrorCode.INTERNAL, message);
        this.place = place;
        this.remedy = remedy;
    }

    /** The place of the fault in the template. */
    public Reference.Place place() {
        return place;
    }

    /** The remedy, for messages. */
    public String remedy() {
        return remedy;
    }
}
