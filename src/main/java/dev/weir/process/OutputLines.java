package dev.weir.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Cuts what a process writes into lines that a log can hold. LF, CR and CRLF end a line, empty ones are left out; a line is
 * shown up to a bound, however long it goes on. Bytes that are no UTF-8 become U+FFFD. Colours and other control sequences
 * of terminals are left out, since they would reach the terminal of whoever reads the log.
 */
final class OutputLines {
    static final int LONGEST_BYTES = 8 * 1024;
    private static final int PIECE_BYTES = 8 * 1024;
    private static final Pattern ESCAPES = Pattern.compile("\u001B(?:\\[[0-?]*[ -/]*[@-~]|[@-Z\\\\-_])");
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}&&[^\t]]");

    private final Consumer<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean cut;

    OutputLines(Consumer<String> lines) {
        this.lines = lines;
    }

    /** Reads {@code output} to its end, on this thread. */
    void read(InputStream output) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        for (int length = output.read(piece); length >= 0; length = output.read(piece)) {
            take(piece, length);
        }
        end();
    }

    private void take(byte[] piece, int length) {
        for (int i = 0; i < length; i++) {
            byte next = piece[i];
            if (next == '\n' || next == '\r') {
                end();
            } else if (line.size() < LONGEST_BYTES) {
                line.write(next);
            } else {
                cut = true;
            }
        }
    }

    private void end() {
        if (line.size() > 0) {
            String text = line.toString(StandardCharsets.UTF_8);
            String plain = ESCAPES.matcher(text).replaceAll("");
            lines.accept(CONTROLS.matcher(plain).replaceAll("\uFFFD") + (cut ? "…" : ""));
        }
        line.reset();
        cut = false;
    }
}
