package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.tokenizer.Tokenizer;
import java.util.OptionalInt;

/**
 * Turns texts into tokens within a model's context. Thread-safe.
 *
 * <p>A text that has too many characters is refused or cut before it is encoded. A long text is first encoded in pieces. Then the
 * check for its length needs the memory of one piece only.
 *
 * @param vocabulary the number of tokens that the model knows; 0 if unknown
 * @param mostTokens the most tokens of an input
 * @param contextInWords the size of the model's context, as words for messages
 */
record PromptEncoder(Tokenizer tokenizer, int vocabulary, int mostTokens, String contextInWords) {
    /** Characters of one piece, while the check for the length of a text runs. */
    private static final int PIECE = 1 << 16;
    /** Upper bound for the extra tokens that a cut within a text causes; in practice far fewer. */
    private static final int SLACK = 32;
    /** Estimated characters per token of a text that is cut; most texts have fewer. */
    private static final int USUAL_CHARACTERS = 8;

    /**
     * Checks the length of a text in characters, before it is encoded. With {@code maxTokens} a longer text is cut to the most
     * characters that so many tokens can stand for.
     *
     * @param maxTokens the length to cut to; empty refuses a text that does not fit
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if the text is too long, with its length and the limit
     */
    String fitting(String text, OptionalInt maxTokens) {
        if (cuts(maxTokens)) {
            return cut(text, tokenizer.mostCharacters(maxTokens.getAsInt()));
        }
        int most = tokenizer.mostCharacters(mostTokens);
        if (text.length() > most) {
            throw tooLong(text.length() + " characters", "at most " + most + " for " + contextInWords);
        }
        return text;
    }

    private boolean cuts(OptionalInt maxTokens) {
        return maxTokens.isPresent() && maxTokens.getAsInt() <= mostTokens;
    }

    /**
     * Returns the tokens of {@code text}.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if the tokens do not fit, or if the model does not know one of them
     */
    int[] encode(String text, boolean addSpecialTokens, OptionalInt maxTokens) {
        int[] ids = fittingTokens(text, addSpecialTokens, maxTokens);
        for (int id : ids) {
            if (vocabulary > 0 && id >= vocabulary) {
                throw new WeirException(
                        ErrorCode.INVALID_INPUT,
                        "the input has the token " + id + " of tokenizer.json, and the model knows the tokens below "
                                + vocabulary + ": leave out its text, or get the model's files from one export");
            }
        }
        return ids;
    }

    private int[] fittingTokens(String text, boolean addSpecialTokens, OptionalInt maxTokens) {
        String fitting = fitting(text, maxTokens);
        if (cuts(maxTokens)) {
            return beginning(fitting, addSpecialTokens, maxTokens.getAsInt());
        }
        requireFewTokens(fitting);
        int[] ids = tokenizer.encode(fitting, addSpecialTokens);
        if (ids.length > mostTokens) {
            throw tooLong(ids.length + " tokens", contextInWords);
        }
        return ids;
    }

    /** Returns the first tokens of a text; encodes only as much of the text as they need. */
    private int[] beginning(String text, boolean addSpecialTokens, int tokens) {
        for (long characters = (long) USUAL_CHARACTERS * (tokens + SLACK);
                characters < text.length();
                characters *= 4) {
            String part = cut(text, (int) characters);
            if (tokenizer.encode(part, false).length >= tokens + SLACK) {
                return tokenizer.encode(part, addSpecialTokens, tokens);
            }
        }
        return tokenizer.encode(text, addSpecialTokens, tokens);
    }

    private void requireFewTokens(String text) {
        long least = 0;
        int end;
        for (int start = 0; text.length() > PIECE && start < text.length(); start = end) {
            end = boundary(text, Math.min(text.length(), start + PIECE));
            least += Math.max(0, tokenizer.encode(text.substring(start, end), false).length - SLACK);
            if (least > mostTokens) {
                throw tooLong("more than " + least + " tokens", contextInWords);
            }
        }
    }

    private String cut(String text, int characters) {
        if (text.length() <= characters) {
            return text;
        }
        return tokenizer.truncatesLeft()
                ? text.substring(boundary(text, text.length() - characters))
                : text.substring(0, boundary(text, characters));
    }

    /** Returns {@code index}, or the index before it if {@code index} splits a surrogate pair. */
    private static int boundary(String text, int index) {
        boolean within = index > 0
                && index < text.length()
                && Character.isHighSurrogate(text.charAt(index - 1))
                && Character.isLowSurrogate(text.charAt(index));
        return within ? index - 1 : index;
    }

    private static WeirException tooLong(String has, String contextInWords) {
        return new WeirException(
                ErrorCode.INVALID_INPUT,
                "the input is too long (" + has + ", and the model's context holds " + contextInWords
                        + "): shorten it, or set max_input_length");
    }
}
