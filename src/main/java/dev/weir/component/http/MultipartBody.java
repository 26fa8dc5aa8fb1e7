package dev.weir.component.http;

import dev.weir.binding.Values;
import dev.weir.component.http.body.MediaTypes;
import dev.weir.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A body of {@code multipart/form-data}. Bytes and a mapping {@code {content, filename, content_type}} are files. Other
 * mappings are JSON. A list gives a part for each element, null gives none. Every other value is text.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data">How names are
 *     written</a>
 */
final class MultipartBody {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String OCTETS = "application/octet-stream";

    private final FileNames names;
    private final String boundary;
    private final List<byte[]> pieces = new ArrayList<>();

    private MultipartBody(FileNames names, String boundary) {
        this.names = names;
        this.boundary = boundary;
    }

    static RequestBody of(Map<?, ?> fields, FileNames names, String contentType) {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        String boundary = MediaTypes.parameter(contentType, "boundary")
                .orElse("weir-" + HexFormat.of().formatHex(random));
        MultipartBody body = new MultipartBody(names, boundary);
        fields.forEach((name, value) -> {
            for (Object each : RequestBody.elements(value)) {
                if (each != null) {
                    body.add(String.valueOf(name), each);
                }
            }
        });
        body.head("--" + boundary + "--\r\n");
        return new RequestBody(List.copyOf(body.pieces), MediaTypes.of(contentType) + "; boundary=" + boundary);
    }

    private void add(String name, Object value) {
        if (value instanceof byte[] content) {
            addFile(name, content, names.fileName(name), names.contentType(name));
        } else if (value instanceof Map<?, ?> map && map.get("content") instanceof byte[] content) {
            addFile(name, content, text(map, "filename"), text(map, "content_type"));
        } else if (value instanceof Map<?, ?>) {
            part(name, "", Optional.of(MediaTypes.JSON), Json.bytes(value));
        } else {
            part(name, "", Optional.empty(), Values.text(value).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void addFile(String field, byte[] content, Optional<String> fileName, Optional<String> contentType) {
        // Most servers take a part without a file name as text. A file without a name gets the name of its field.
        part(
                field,
                "; filename=\"" + escaped(fileName.orElse(field)) + "\"",
                Optional.of(contentType.map(MultipartBody::oneLine).orElse(OCTETS)),
                content);
    }

    private static Optional<String> text(Map<?, ?> map, String key) {
        return Optional.ofNullable(map.get(key)).map(Values::text);
    }

    private void part(String name, String fileName, Optional<String> contentType, byte[] content) {
        head("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + escaped(name) + "\"" + fileName
                + contentType.map(type -> "\r\nContent-Type: " + type).orElse("") + "\r\n\r\n");
        pieces.add(content);
        head("\r\n");
    }

    private void head(String text) {
        pieces.add(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String escaped(String name) {
        return name.replace("\r", "%0D").replace("\n", "%0A").replace("\"", "%22");
    }

    private static String oneLine(String text) {
        return text.replaceAll("[\\r\\n]", " ");
    }
}
