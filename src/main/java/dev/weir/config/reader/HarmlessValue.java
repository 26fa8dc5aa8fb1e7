package dev.weir.config.reader;

import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Recognises values of variables that are not secrets by their form: a short word, an existing file or folder, or an
 * address without a user, a query or a part that could be a key. Messages without such values would be unreadable.
 */
final class HarmlessValue {
    /** Masking so short a word would also hide it within other words. */
    private static final Pattern SHORT_WORD = Pattern.compile("[A-Za-z]{1,5}");

    private static final Pattern AUTHORITY =
            Pattern.compile("[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\\[[0-9A-Fa-f:.]{2,45}](:[0-9]{1,5})?");
    /** A key in a path is longer than this. */
    private static final int LONGEST_SEGMENT = 15;

    private static final int LONGEST = 4096;

    private HarmlessValue() {}

    static boolean is(String value) {
        return value.length() <= LONGEST && (SHORT_WORD.matcher(value).matches() || isAddress(value) || isPath(value));
    }

    /** True for the absolute path of a file or a folder that exists. */
    static boolean isPath(String value) {
        try {
            Path path = value.length() <= LONGEST ? Path.of(value) : Path.of("");
            return path.isAbsolute() && new File(value).exists();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** True for {@code http://host:port/v1}; false for an address that may contain a key. */
    private static boolean isAddress(String value) {
        int scheme = value.startsWith("http://") ? 7 : value.startsWith("https://") ? 8 : -1;
        if (scheme < 0) {
            return false;
        }
        String[] parts = value.substring(scheme).split("/", -1);
        if (!AUTHORITY.matcher(parts[0]).matches()) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            if (!isSegment(parts[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSegment(String segment) {
        return segment.length() <= LONGEST_SEGMENT
                && segment.chars().allMatch(c -> c == '-' || c == '_' || c == '.' || Character.isLetterOrDigit(c));
    }
}
