package dev.weir;

/** Shortens untrusted texts for messages. */
public final class Excerpt {
    private Excerpt() {}

    /** The first {@code longest} chars of {@code text}, with {@code …} if there are more. Does not split a surrogate pair. */
    public static String of(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return text.substring(0, end) + "…";
    }
}
