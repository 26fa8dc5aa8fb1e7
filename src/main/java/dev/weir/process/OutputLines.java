package dev.weir.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Splits the output of a process into lines for a log. LF, CR and CRLF end a line; empty lines are left out. A line is cut at
 * {@value #LONGEST_BYTES} bytes. Invalid UTF-8 becomes U+FFFD. Terminal control sequences such as colours are removed, since
 * they would reach the terminal of a reader of the log.
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

    /** Reads {@code output} to its end. Blocks. */
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
