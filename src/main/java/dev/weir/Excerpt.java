package dev.weir;

/** Texts of strangers as messages show them. */
public final class Excerpt {
    private Excerpt() {}

    /** The first {@code longest} chars of {@code text}, and {@code …} if there are more; no character is split. */
    public static String of(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return text.substring(0, end) + "…";
    }
}
