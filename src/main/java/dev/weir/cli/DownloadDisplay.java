package dev.weir.cli;

import dev.weir.hub.HubProgress;
import java.util.Locale;

/** Shows a download: a bar for each file on a terminal, otherwise a line for each tenth of a file. One thread. */
final class DownloadDisplay implements HubProgress {
    private static final int BAR = 30;
    private static final int STEP = 10;

    private final Terminal terminal;
    private String file = "";
    private int percent;
    private boolean lineOpen;
    private boolean loaded;

    DownloadDisplay(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void loaded(String name, long bytes, long size) {
        loaded = true;
        int now = size == 0 ? 100 : (int) (100.0 * bytes / size);
        boolean begins = !name.equals(file);
        if (begins) {
            end();
            file = name;
        } else if (now == percent || (!terminal.isTerminal() && now / STEP == percent / STEP)) {
            return;
        }
        percent = now;
        if (terminal.isTerminal()) {
            int done = BAR * now / 100;
            terminal.err().print("\r" + "█".repeat(done) + "░".repeat(BAR - done) + line(size));
            terminal.err().flush();
            lineOpen = true;
        } else {
            terminal.tell(line(size).strip());
        }
    }

    private String line(long size) {
        return String.format(Locale.ROOT, " %3d %% of %.1f MB  %s", percent, size / 1e6, file);
    }

    /** Ends the line of the current file. */
    void end() {
        if (lineOpen) {
            terminal.err().println();
            lineOpen = false;
        }
    }

    /** Whether a file was not in the cache. */
    boolean hasLoaded() {
        return loaded;
    }
}
