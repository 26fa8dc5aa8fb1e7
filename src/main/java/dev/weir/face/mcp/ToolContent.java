package dev.weir.face.mcp;

import dev.weir.api.run.FileHeaders;
import dev.weir.json.Json;
import dev.weir.stream.Content;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the result of a tool from the output of its run.
 *
 * @param taskId the id of the run
 * @param files the address at which the output of a task is a file, without the id
 */
record ToolContent(String taskId, String files) {
    /** The largest image or sound inside a message, in bytes. */
    static final int LARGEST_INSIDE = 1 << 20;

    private static final String BYTES = "application/octet-stream";

    /**
     * The result.
     *
     * @param value the whole output
     * @param content the media type of an output of bytes
     * @param isKept whether the output can be read from the task
     */
    Map<String, @Nullable Object> result(@Nullable Object value, Optional<Content> content, boolean isKept) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("content", value == null ? List.of() : List.of(block(value, content, isKept)));
        if (value instanceof Map) {
            result.put("structuredContent", value);
        }
        result.put("isError", false);
        result.put("_meta", meta(taskId));
        return result;
    }

    private Map<String, Object> block(Object value, Optional<Content> content, boolean isKept) {
        if (value instanceof byte[] bytes) {
            return file(bytes, content, isKept);
        }
        return text(value instanceof String text ? text : Json.write(value));
    }

    private Map<String, Object> file(byte[] bytes, Optional<Content> content, boolean isKept) {
        String type = content.map(Content::type)
                .map(FileHeaders::mediaType)
                .map(ToolContent::mediaType)
                .orElse(BYTES);
        String kind = type.startsWith("image/") ? "image" : type.startsWith("audio/") ? "audio" : "";
        Map<String, Object> block = new LinkedHashMap<>();
        if (!kind.isEmpty() && (bytes.length <= LARGEST_INSIDE || !isKept)) {
            block.put("type", kind);
            block.put("data", Base64.getEncoder().encodeToString(bytes));
            block.put("mimeType", type);
            return block;
        }
        if (!isKept) {
            block.put("type", "resource");
            Map<String, Object> resource = new LinkedHashMap<>();
            resource.put("uri", files + taskId);
            resource.put("mimeType", type);
            resource.put("blob", Base64.getEncoder().encodeToString(bytes));
            block.put("resource", resource);
            return block;
        }
        block.put("type", "resource_link");
        block.put("uri", files + taskId);
        block.put("name", content.flatMap(Content::fileName).orElse("output"));
        block.put("mimeType", type);
        block.put("size", bytes.length);
        return block;
    }

    /** A media type without its parameters. */
    private static String mediaType(String contentType) {
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    static Map<String, Object> text(String text) {
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("type", "text");
        block.put("text", text);
        return block;
    }

    /** The member {@code _meta} of a result: the task with the same run. */
    static Map<String, @Nullable Object> meta(String taskId) {
        Map<String, @Nullable Object> meta = new LinkedHashMap<>();
        meta.put("dev.weir/taskId", taskId);
        return meta;
    }
}
