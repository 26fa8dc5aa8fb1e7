package dev.weir.binding;

import dev.weir.ErrorCode;
import dev.weir.WeirException;

/** A template that could not be rendered with the values at hand: the message names the expression and the value. */
public class BindingException extends WeirException {
    private static final long serialVersionUID = 1L;

    public BindingException(String message) {
        super(ErrorCode.INVALID_INPUT, message);
    }
}
