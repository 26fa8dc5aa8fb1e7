package dev.weir.tokenizer;

import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.lang.reflect.Method;

/** A chat template's own word that it cannot write a conversation, such as that roles must alternate. */
final class TemplateRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private TemplateRefusal(String message) {
        super(message, null, false, false);
    }

    /** The function that templates call as {@code raise_exception(message)}. */
    static ELFunctionDefinition function() {
        try {
            Method raise = TemplateRefusal.class.getDeclaredMethod("raise", Object.class);
            raise.setAccessible(true);
            return new ELFunctionDefinition("", "raise_exception", raise);
        } catch (NoSuchMethodException e) {
            throw new LinkageError("raise_exception", e);
        }
    }

    // Templates call it by its name, and it is there to throw.
    @SuppressWarnings("DoNotCallSuggester")
    static Object raise(Object message) {
        throw new TemplateRefusal(String.valueOf(message));
    }
}
