package dev.weir.component.http.body;

import java.nio.ByteBuffer;

/**
 * Bytes that wait: {@code array[start..limit)}. The owner moves {@code start} over the bytes that it has used; pieces are
 * appended, and the bytes held move only when the array is full. However small the pieces are, a byte moves a constant number
 * of times on average.
 */
final class HeldBytes {
    private static final int FIRST_SIZE = 1024;
    /** An array above this size is given up once a quarter of it is enough. */
    private static final int LARGE = 64 * 1024;

    byte[] array = new byte[FIRST_SIZE];
    int start;
    int limit;

    /** Appends all of {@code piece}; the result is by how much the bytes held have moved towards the front. */
    int add(ByteBuffer piece) {
        int added = piece.remaining();
        int needed = length() + added;
        boolean oversized = array.length > LARGE && needed < array.length / 4;
        int moved = added > array.length - limit || oversized ? makeRoom(needed, oversized) : 0;
        piece.get(array, limit, added);
        limit += added;
        return moved;
    }

    /** Moves the bytes held to the front, of another array unless half of this one is enough for them. */
    private int makeRoom(int needed, boolean oversized) {
        int kept = length();
        boolean fits = needed <= array.length && kept <= array.length / 2;
        byte[] target = fits && !oversized ? array : new byte[Math.max(FIRST_SIZE, Math.max(needed, 2 * kept))];
        System.arraycopy(array, start, target, 0, kept);
        int moved = start;
        array = target;
        start = 0;
        limit = kept;
        return moved;
    }

    int length() {
        return limit - start;
    }
}
