package dev.weir.sampling;

/** Keeps the tokens with a logit of at least the k-th highest, ties included (Fan et al. 2018). */
final class TopK implements LogitsProcessor {
    private final int k;
    /** A binary heap, lowest first, of the highest logits so far. */
    private float[] heap = new float[0];

    TopK(int k) {
        this.k = k;
    }

    @Override
    public void process(TokenHistory history, float[] logits) {
        if (k >= logits.length) {
            return;
        }
        float threshold = kthHighest(logits);
        for (int token = 0; token < logits.length; token++) {
            if (logits[token] < threshold) {
                logits[token] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    private float kthHighest(float[] logits) {
        if (heap.length != k) {
            heap = new float[k];
        }
        System.arraycopy(logits, 0, heap, 0, k);
        for (int i = k / 2 - 1; i >= 0; i--) {
            sink(i);
        }
        for (int token = k; token < logits.length; token++) {
            if (logits[token] > heap[0]) {
                heap[0] = logits[token];
                sink(0);
            }
        }
        return heap[0];
    }

    private void sink(int from) {
        int parent = from;
        float value = heap[parent];
        while (2 * parent + 1 < k) {
            int child = 2 * parent + 1;
            if (child + 1 < k && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= value) {
                break;
            }
            heap[parent] = heap[child];
            parent = child;
        }
        heap[parent] = value;
    }
}
