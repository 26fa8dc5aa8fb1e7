package dev.weir.cli;

/** The exit statuses of all commands. */
final class ExitStatus {
    /** The command is done; for {@code validate}: there is no error. */
    static final int DONE = 0;
    /** The configuration has errors, or the run failed. */
    static final int FAILED = 1;
    /** The command line has an error. */
    static final int USAGE = 2;
    /** A server or the Hub is not reachable, or no server can be started. */
    static final int UNREACHABLE = 3;
    /** The credentials are missing or not sufficient. */
    static final int REFUSED = 4;

    private ExitStatus() {}
}
