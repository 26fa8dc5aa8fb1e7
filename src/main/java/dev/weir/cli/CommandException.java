package dev.weir.cli;

/** The end of a command with a message for its user. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * Makes the end of a command.
     *
     * @param status one of {@link ExitStatus}
     * @param message the fault and the remedy
     */
    CommandException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
