package dev.weir;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/** An input breaks what its workflow declares, in each of the places that this lists. */
public final class InvalidInputException extends WeirException {
    private static final long serialVersionUID = 1L;

    private final List<Fault> faults;

    /** @param faults at least one */
    public InvalidInputException(List<Fault> faults) {
        super(
                ErrorCode.INVALID_INPUT,
                faults.stream()
                        .map(fault -> fault.field() + " " + fault.detail())
                        .collect(Collectors.joining("; ")));
        this.faults = List.copyOf(faults);
    }

    public List<Fault> faults() {
        return faults;
    }

    /**
     * What is wrong with one value.
     *
     * @param field where it is, such as {@code input.size}
     * @param pointer the same place as a JSON Pointer (RFC 6901) into the run request
     * @param detail the value and the rule, to be read after the field
     */
    public record Fault(String field, String pointer, String detail) implements Serializable {}
}
