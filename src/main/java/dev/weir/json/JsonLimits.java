package dev.weir.json;

/**
 * What a text of JSON may have in it, beyond the depth that is always limited: small texts can become large values.
 *
 * @param values how many values, keys not counted
 * @param textLength how many characters one text or key
 */
public record JsonLimits(int values, int textLength) {
    public static final JsonLimits NONE = new JsonLimits(Integer.MAX_VALUE, Integer.MAX_VALUE);
}
