package dev.weir.component.http.body;

import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.component.http.protocol.StreamMarks;
import dev.weir.component.http.protocol.StreamProtocols;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * JSON lines: each line that is not blank is a payload, also the last line without a line break. Payloads may end the
 * stream or report its failure, see {@link StreamProtocols} and {@code ReportedFailures}.
 */
final class LineDecoder implements BodyDecoder {
    private final LineBuffer lines;
    private final StreamMarks words;
    private boolean ended;
    private boolean finished;
    private boolean closed;

    /**
     * Makes a decoder of one body.
     *
     * @param json whether each payload must be JSON
     */
    LineDecoder(int maxLineBytes, boolean json) {
        this.lines = new LineBuffer(maxLineBytes);
        this.words = StreamMarks.ofLines(json);
    }

    @Override
    public void add(ByteBuffer piece) {
        lines.add(piece);
    }

    @Override
    public @Nullable Object next() {
        while (!closed && !words.isDone()) {
            if (!lines.next()) {
                return ended ? last() : null;
            }
            String payload = line();
            if (payload != null) {
                return payload;
            }
        }
        return null;
    }

    @Override
    public boolean isDone() {
        return words.isDone();
    }

    @Override
    public void end() {
        ended = true;
    }

    @Override
    public void close() {
        closed = true;
    }

    private @Nullable String last() {
        if (!finished) {
            finished = true;
            if (lines.finish()) {
                requireWhole();
                String payload = line();
                if (payload != null) {
                    return payload;
                }
            }
        }
        words.end();
        return null;
    }

    /** A cut object or array is reported as truncated, not as malformed: a retry may succeed. */
    private void requireWhole() {
        String line = lines.text(0).strip();
        boolean opened = line.startsWith("{") || line.startsWith("[");
        if (opened && !StreamProtocols.isDone(line) && !StreamMarks.isJson(line)) {
            throw UpstreamErrors.truncated("it ended inside a line: " + UpstreamErrors.cut(line), null);
        }
    }

    private @Nullable String line() {
        String line = lines.text(0);
        if (line.isBlank()) {
            return null;
        }
        return words.read("", line) ? line : null;
    }
}
