package dev.weir;

/** Reports an environment variable that a run needs but that is not set and has no default. */
public final class MissingVariableException extends WeirException {
    private static final long serialVersionUID = 1L;

    private final String variable;

    public MissingVariableException(String variable) {
        super(ErrorCode.NOT_READY, "environment variable " + variable + " is not set");
        this.variable = variable;
    }

    /** The variable's name. */
    public String variable() {
        return variable;
    }
}
