package dev.weir.component.http.body;

import java.nio.ByteBuffer;

/**
 * A byte buffer: {@code array[start..limit)} holds the bytes. The owner moves {@code start} past the bytes that it has
 * used. New bytes are appended, and held bytes move only when the array is full. Therefore a byte moves a constant number
 * of times on average, even if the pieces are small.
 */
final class HeldBytes {
    private static final int FIRST_SIZE = 1024;
    /** A larger array is replaced when a quarter of it is enough. */
    private static final int LARGE = 64 * 1024;

    byte[] array = new byte[FIRST_SIZE];
    int start;
    int limit;

    /** Appends all of {@code piece}. Returns the number of positions by which held bytes moved to the front. */
    int add(ByteBuffer piece) {
        int added = piece.remaining();
        int needed = length() + added;
        boolean oversized = array.length > LARGE && needed < array.length / 4;
        int moved = added > array.length - limit || oversized ? makeRoom(needed, oversized) : 0;
        piece.get(array, limit, added);
        limit += added;
        return moved;
    }

    /** Moves the held bytes to index 0. A new array is used unless half of this one is enough. */
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
