package dev.weir;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/** An input that breaks its workflow's declaration, with all faults. */
public final class InvalidInputException extends WeirException {
    private static final long serialVersionUID = 1L;

    private final List<Fault> faults;

    /**
     * Makes a failure with the code {@link ErrorCode#INVALID_INPUT}.
     *
     * @param faults at least one
     */
    public InvalidInputException(List<Fault> faults) {
        super(
                ErrorCode.INVALID_INPUT,
                faults.stream()
                        .map(fault -> fault.field() + " " + fault.detail())
                        .collect(Collectors.joining("; ")));
        this.faults = List.copyOf(faults);
    }

    /** The faults, at least one. Immutable. */
    public List<Fault> faults() {
        return faults;
    }

    /**
     * One fault of an input.
     *
     * @param field the path of the value, such as {@code input.size}
     * @param pointer the same path as a JSON Pointer (RFC 6901) into the run request
     * @param detail the value and the rule, to be read after the field
     */
    public record Fault(String field, String pointer, String detail) implements Serializable {}
}
