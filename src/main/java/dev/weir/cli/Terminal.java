package dev.weir.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * The streams and the environment of a command. Texts are UTF-8.
 *
 * @param out receives results only
 * @param err receives everything else
 * @param environment the variables of the process
 * @param isTerminal whether a person sees {@code out} and {@code err}: colours and progress bars are written
 */
record Terminal(OutputStream out, PrintStream err, Map<String, String> environment, boolean isTerminal) {
    private static final String RESET = "\u001b[0m";

    /** The colours of texts. */
    enum Colour {
        RED("\u001b[31m"),
        YELLOW("\u001b[33m"),
        FAINT("\u001b[2m");

        private final String start;

        Colour(String start) {
            this.start = start;
        }
    }

    Terminal {
        environment = Map.copyOf(environment);
    }

    /** Writes a result, and passes it on at once. */
    void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes bytes of a result, and passes them on at once.
     *
     * @throws ClosedOutputException if the output is a pipe, and its reader has left
     */
    void write(byte[] bytes) throws IOException {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            throw reason.toLowerCase(Locale.ROOT).contains("pipe")
                    ? new ClosedOutputException(e)
                    : new IOException("the output cannot be written: " + reason, e);
        }
    }

    /** Writes a line of information. */
    void tell(String line) {
        err.println(line);
    }

    /** Returns the text in a colour if a person sees it. */
    String coloured(Colour colour, String text) {
        return isTerminal ? colour.start + text + RESET : text;
    }

    /** The reader of the output has left, as {@code head} does. */
    static final class ClosedOutputException extends IOException {
        private static final long serialVersionUID = 1L;

        ClosedOutputException(IOException cause) {
            super("the reader of the output has left", cause);
        }
    }
}
