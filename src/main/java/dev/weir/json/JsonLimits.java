package dev.weir.json;

/**
 * Limits of a JSON text beyond its depth, which is always limited: small texts can become large values.
 *
 * @param values the most values, keys not counted
 * @param textLength the most characters of one text or key
 */
public record JsonLimits(int values, int textLength) {
    /** No limits other than the depth. */
    public static final JsonLimits NONE = new JsonLimits(Integer.MAX_VALUE, Integer.MAX_VALUE);
}
