package dev.weir.stream;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** Functions of the chunks of a whole stream. Stateless. */
public final class Chunks {
    private Chunks() {}

    /** Returns the value that the chunks are together: one text, one array of bytes, or else the list of the chunks itself. */
    public static Object joined(List<Object> chunks) {
        if (chunks.stream().allMatch(String.class::isInstance)) {
            StringBuilder text = new StringBuilder();
            chunks.forEach(text::append);
            return text.toString();
        }
        if (chunks.stream().allMatch(byte[].class::isInstance)) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            chunks.forEach(chunk -> bytes.writeBytes((byte[]) chunk));
            return bytes.toByteArray();
        }
        return chunks;
    }
}
