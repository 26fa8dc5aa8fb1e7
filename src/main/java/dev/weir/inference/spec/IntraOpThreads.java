package dev.weir.inference.spec;

/**
 * The threads of ONNX Runtime that compute one run of a graph together.
 *
 * @param count the number of threads; 0 lets ONNX Runtime take one per core
 * @param spinning whether a thread that waits for another within a run keeps its processor busy. It shortens runs on an idle
 *     machine and lengthens them on a busy one. Between runs no thread spins
 */
public record IntraOpThreads(int count, boolean spinning) {

    public IntraOpThreads {
        if (count < 0) {
            throw new IllegalArgumentException("count of threads must be at least 0, was " + count);
        }
    }

    /** Returns threads that sleep while they wait. */
    public static IntraOpThreads of(int count) {
        return new IntraOpThreads(count, false);
    }
}
