package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.JsonLimits;
import dev.weir.runtime.Settings;

/**
 * What a run request may have in its body.
 *
 * @param bytes of all of it ({@code weir.http.max-body})
 * @param values in its JSON ({@code weir.http.max-values})
 * @param textLength of one text, in characters ({@code weir.http.max-text})
 * @param files in a form ({@code weir.http.max-files})
 */
record BodyLimits(int bytes, int values, int textLength, int files) {

    static BodyLimits of(Settings settings) {
        return new BodyLimits(
                settings.maxBodyBytes(), settings.maxValues(), settings.maxTextLength(), settings.maxFiles());
    }

    JsonLimits json() {
        return new JsonLimits(values, textLength);
    }

    /**
     * Refuses a body that is too large.
     *
     * @param length in bytes; negative if it is not known
     */
    void requireLength(long length) {
        if (length > bytes) {
            throw new WeirException(
                    ErrorCode.BODY_TOO_LARGE,
                    "the request body is too large (at most " + bytes + " bytes, weir.http.max-body)");
        }
    }

    /** {@code text}, the value of a form's field, unless it is too long. */
    String text(String field, String text) {
        if (text.length() > textLength) {
            throw new WeirException(
                    ErrorCode.BODY_TOO_LARGE,
                    "the field '" + FormFields.cut(field) + "' is too long (at most " + textLength
                            + " characters, weir.http.max-text)");
        }
        return text;
    }

    /** Refuses a form of more values. */
    void requireValues(int count) {
        if (count > values) {
            throw new WeirException(
                    ErrorCode.BODY_TOO_LARGE,
                    "the form has too many values (at most " + values + ", weir.http.max-values)");
        }
    }

    /** Refuses a form of more files. */
    void requireFiles(int count) {
        if (count > files) {
            throw new WeirException(
                    ErrorCode.BODY_TOO_LARGE,
                    "the form has too many files (at most " + files + ", weir.http.max-files)");
        }
    }
}
