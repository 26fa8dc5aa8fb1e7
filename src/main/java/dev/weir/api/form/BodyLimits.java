package dev.weir.api.form;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.json.JsonLimits;
import dev.weir.runtime.Settings;

/**
 * The limits of the body of a run request.
 *
 * @param bytes the largest body ({@code weir.http.max-body})
 * @param values the most values in its JSON ({@code weir.http.max-values})
 * @param textLength the longest text, in characters ({@code weir.http.max-text})
 * @param files the most files in a form ({@code weir.http.max-files})
 */
public record BodyLimits(int bytes, int values, int textLength, int files) {

    /** The limits of the settings. */
    public static BodyLimits of(Settings settings) {
        return new BodyLimits(
                settings.requests().maxBodyBytes(),
                settings.requests().maxValues(),
                settings.requests().maxTextLength(),
                settings.requests().maxFiles());
    }

    JsonLimits json() {
        return new JsonLimits(values, textLength);
    }

    /**
     * Refuses a body that is too large.
     *
     * @param length in bytes; negative if it is not known
     * @throws WeirException {@link ErrorCode#BODY_TOO_LARGE}
     */
    void requireLength(long length) {
        if (length > bytes) {
            throw new WeirException(
                    ErrorCode.BODY_TOO_LARGE,
                    "the request body is too large (at most " + bytes + " bytes, weir.http.max-body)");
        }
    }

    /** Returns {@code text}, the value of a form's field, and refuses a text that is too long. */
    String text(String field, String text) {
        if (text.length() > textLength) {
            throw new WeirException(
                    ErrorCode.BODY_TOO_LARGE,
                    "the field '" + FormFields.cut(field) + "' is too long (at most " + textLength
                            + " characters, weir.http.max-text)");
        }
        return text;
    }

    /** Refuses a form with more values. */
    void requireValues(int count) {
        if (count > values) {
            throw new WeirException(
                    ErrorCode.BODY_TOO_LARGE,
                    "the form has too many values (at most " + values + ", weir.http.max-values)");
        }
    }

    /** Refuses a form with more files. */
    void requireFiles(int count) {
        if (count > files) {
            throw new WeirException(
                    ErrorCode.BODY_TOO_LARGE,
                    "the form has too many files (at most " + files + ", weir.http.max-files)");
        }
    }
}
