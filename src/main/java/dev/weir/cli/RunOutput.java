package dev.weir.cli;

import dev.weir.json.Json;
import dev.weir.json.JsonSyntaxException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the output of a run as it arrives: texts as they are, other values as a line of JSON each, bytes as they are.
 *
 * @param text whether the chunks of a stream are text, not JSON
 * @param json whether each value, texts too, is a line of JSON
 */
record RunOutput(Terminal terminal, boolean text, boolean json) {
    private static final int BUFFER_BYTES = 64 * 1024;

    /**
     * Writes the output of an accepted run until its end. The caller closes the body.
     *
     * @throws CommandException if the run fails in the middle of its output
     */
    void write(String contentType, InputStream body) throws IOException {
        String type = contentType.toLowerCase(Locale.ROOT);
        if (type.startsWith("text/event-stream")) {
            stream(body);
        } else if (type.startsWith("application/json")) {
            whole(body);
        } else {
            bytes(body, type);
        }
    }

    private void stream(InputStream body) throws IOException {
        EventReader events = new EventReader(body, ApiClient.MOST_BYTES);
        boolean lineOpen = false;
        for (EventReader.Event event = events.next(); event != null; event = events.next()) {
            if (event.type().equals("error")) {
                endLine(lineOpen);
                Object problem = parsed(event.data());
                throw new CommandException(
                        ExitStatus.FAILED,
                        problem instanceof Map<?, ?> map ? ApiClient.problem(map) : "the run failed: " + event.data());
            }
            String text = text(event.data());
            terminal.write(text);
            lineOpen = text.isEmpty() ? lineOpen : !text.endsWith("\n");
        }
        endLine(lineOpen);
    }

    /** Ends the last line for a person; a file or a pipe gets the exact text. */
    private void endLine(boolean open) throws IOException {
        if (open && terminal.isTerminal()) {
            terminal.write("\n");
        }
    }

    private String text(String data) {
        if (text) {
            return json ? Json.write(data) + "\n" : data;
        }
        return written(parsed(data));
    }

    private String written(@Nullable Object value) {
        return value instanceof String text && !json ? text : Json.write(value) + "\n";
    }

    private static @Nullable Object parsed(String data) {
        try {
            return Json.parse(data);
        } catch (JsonSyntaxException e) {
            return data;
        }
    }

    private void whole(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(ApiClient.MOST_BYTES);
        Object value;
        try {
            value = Json.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (JsonSyntaxException e) {
            throw new CommandException(
                    ExitStatus.FAILED,
                    "the server's answer is not JSON, or was cut (after " + bytes.length + " bytes, at most "
                            + ApiClient.MOST_BYTES + "): " + e.getMessage());
        }
        String text = written(value);
        terminal.write(text);
        endLine(!text.endsWith("\n"));
    }

    private void bytes(InputStream body, String type) throws IOException {
        if (terminal.isTerminal() && !type.startsWith("text/")) {
            throw new CommandException(
                    ExitStatus.USAGE,
                    "the output is bytes (" + type + "), which a terminal does not show: pass --output FILE");
        }
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
            terminal.write(Arrays.copyOf(buffer, count));
        }
    }
}
