package dev.weir.component.shell;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.process.CommandRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** The outputs of a command as a whole, bounded together with those of the other commands of the call. Thread-safe. */
final class CollectedOutput implements CommandRun.Outputs {
    private static final int PIECE_BYTES = 8_192;

    private final Budget budget;
    private final CompletableFuture<WeirException> excess = new CompletableFuture<>();
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private volatile boolean stopped;

    /** The bytes that the outputs of a call may have together. Thread-safe. */
    static final class Budget {
        private final int mostBytes;
        private final AtomicLong taken = new AtomicLong();

        Budget(int mostBytes) {
            this.mostBytes = mostBytes;
        }

        private boolean take(int bytes) {
            return taken.addAndGet(bytes) <= mostBytes;
        }
    }

    CollectedOutput(Budget budget) {
        this.budget = budget;
    }

    /** Completes when the outputs are larger than they may be, with the failure. */
    CompletableFuture<WeirException> excess() {
        return excess;
    }

    @Override
    public void stdout(InputStream output) throws IOException {
        read(output, stdout, "stdout");
    }

    @Override
    public void stderr(InputStream output) throws IOException {
        read(output, stderr, "stderr");
    }

    private void read(InputStream output, ByteArrayOutputStream collected, String name) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        for (int length = output.read(piece); length >= 0; length = output.read(piece)) {
            if (stopped) {
                collected.reset();
            } else if (budget.take(length)) {
                collected.write(piece, 0, length);
            } else {
                excess.complete(new WeirException(
                        ErrorCode.OUTPUT_TOO_LARGE,
                        name + " of the command is too large (at most " + budget.mostBytes
                                + " bytes for all outputs of a call, weir.http.max-answer)"));
            }
        }
    }

    @Override
    public void stopped(WeirException why) {
        stopped = true;
    }

    /** Returns the result, when the outputs have ended. Bytes that are not UTF-8 are replaced. */
    Map<String, Object> result(int status) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("stdout", stdout.toString(StandardCharsets.UTF_8).strip());
        result.put("stderr", stderr.toString(StandardCharsets.UTF_8).strip());
        result.put("exit_code", status);
        return result;
    }
}
