package dev.weir.inference.spec;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.List;
import java.util.Locale;

/** The variants of a model's ONNX files, by the file names of the Hub's ONNX repositories. */
public enum Precision {
    /** float32 where it exists, otherwise the most precise file that does. */
    BEST,
    FLOAT32,
    FLOAT16,
    INT8,
    UINT8,
    INT4,
    INT4_FLOAT16;

    /**
     * Returns the precision that a configuration names, such as {@code float16} or {@code int8}; case is ignored.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} for another name; the message lists the known ones
     */
    public static Precision of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "auto" -> BEST;
            case "float32", "fp32" -> FLOAT32;
            case "float16", "fp16" -> FLOAT16;
            case "int8", "q8", "quantized" -> INT8;
            case "uint8" -> UINT8;
            case "int4", "q4" -> INT4;
            case "q4f16" -> INT4_FLOAT16;
            default ->
                throw new WeirException(
                        ErrorCode.INVALID_INPUT,
                        "precision must be one of auto, float32, float16, int8, uint8, int4, q4f16, was '" + name
                                + "'");
        };
    }

    /** Returns the name as a configuration writes it, such as {@code float16}. */
    @Override
    public String toString() {
        return switch (this) {
            case BEST -> "auto";
            case INT4_FLOAT16 -> "q4f16";
            default -> name().toLowerCase(Locale.ROOT);
        };
    }

    /** Returns the possible texts between {@code model} and {@code .onnx} in a file name, the preferred one first. */
    public List<String> fileSuffixes() {
        return switch (this) {
            case BEST -> List.of("", "_fp16", "_int8", "_quantized", "_uint8", "_q4", "_bnb4", "_q4f16");
            case FLOAT32 -> List.of("");
            case FLOAT16 -> List.of("_fp16");
            case INT8 -> List.of("_int8", "_quantized");
            case UINT8 -> List.of("_uint8");
            case INT4 -> List.of("_q4", "_bnb4");
            case INT4_FLOAT16 -> List.of("_q4f16");
        };
    }
}
