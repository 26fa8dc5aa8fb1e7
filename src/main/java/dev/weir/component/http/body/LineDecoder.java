package dev.weir.component.http.body;

import dev.weir.binding.Json;
import dev.weir.binding.JsonSyntaxException;
import dev.weir.component.http.error.UpstreamErrors;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Consumer;

/**
 * JSON lines: each line that is not blank is a payload, the last one also without its line break. {@code [DONE]} ends the
 * stream. A stream whose last payload says of itself that it is not the last ({@code "done": false}, as the Ollama API has
 * it) is cut short.
 */
public final class LineDecoder implements BodyDecoder {
    private final LineBuffer lines;
    private String last = "";
    private boolean done;

    public LineDecoder(int maxLineBytes) {
        this.lines = new LineBuffer(maxLineBytes);
    }

    @Override
    public boolean decode(ByteBuffer piece, Consumer<Object> payloads) {
        lines.add(piece);
        while (!done && lines.next()) {
            line(payloads);
        }
        return !done;
    }

    @Override
    public void finish(Consumer<Object> payloads) {
        if (!done && lines.finish()) {
            line(payloads);
        }
        if (!done && saysMoreFollows(last)) {
            throw UpstreamErrors.truncated("its last line says \"done\": false", null);
        }
    }

    private void line(Consumer<Object> payloads) {
        String line = lines.text(0);
        if (line.strip().equals(DONE)) {
            done = true;
        } else if (!line.isBlank()) {
            last = line;
            payloads.accept(line);
        }
    }

    private static boolean saysMoreFollows(String payload) {
        if (!payload.contains("\"done\"")) {
            return false;
        }
        try {
            return Json.parse(payload) instanceof Map<?, ?> map && Boolean.FALSE.equals(map.get("done"));
        } catch (JsonSyntaxException e) {
            return false; // Told when it is read.
        }
    }
}
