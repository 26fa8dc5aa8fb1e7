package dev.weir.binding;

/**
 * What follows {@code as}: {@code type/subtype;format}, as written.
 *
 * @param name such as {@code text}, {@code select}, {@code image}
 * @param subtype such as the options of {@code select}; empty if there is none
 * @param format such as {@code base64}, {@code sse-text}; empty if there is none
 */
public record ValueType(String name, String subtype, String format) {

    @Override
    public String toString() {
        return name + (subtype.isEmpty() ? "" : "/" + subtype) + (format.isEmpty() ? "" : ";" + format);
    }
}
