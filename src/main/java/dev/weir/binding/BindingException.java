package dev.weir.binding;

import dev.weir.ErrorCode;
import dev.weir.WeirException;

/**
 * Reports that a template cannot be rendered with the given values. The message names the expression and, unless it may be
 * secret, the value.
 */
public class BindingException extends WeirException {
    private static final long serialVersionUID = 1L;

    public BindingException(String message) {
        super(ErrorCode.INVALID_INPUT, message);
    }
}
