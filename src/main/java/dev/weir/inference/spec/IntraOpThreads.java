package dev.weir.inference.spec;

/**
 * The threads of ONNX Runtime that compute one run of a graph together.
 *
 * @param count how many; 0 lets ONNX Runtime take one a core
 * @param spinning whether those that wait for one another, within a run, keep their processors busy: sooner done where nothing
 *     else wants the processors, later where something does. Between runs none does
 */
public record IntraOpThreads(int count, boolean spinning) {

    public IntraOpThreads {
        if (count < 0) {
            throw new IllegalArgumentException("count of threads must be at least 0, was " + count);
        }
    }

    /** Threads that sleep while they wait. */
    public static IntraOpThreads of(int count) {
        return new IntraOpThreads(count, false);
    }
}
