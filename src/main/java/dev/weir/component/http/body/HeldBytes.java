package dev.weir.component.http.body;

import java.nio.ByteBuffer;

/**
 * Bytes that wait: {@code array[start..limit)}. The owner moves {@code start} over the bytes that it has used; the next piece
 * then takes their room, so that each piece is copied once.
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
        int kept = limit - start;
        int needed = kept + piece.remaining();
        byte[] target = array;
        if (needed > array.length) {
            target = new byte[Math.max(needed, 2 * kept)];
        } else if (array.length > LARGE && needed < array.length / 4) {
            target = new byte[needed];
        }
        System.arraycopy(array, start, target, 0, kept);
        int moved = start;
        array = target;
        start = 0;
        limit = needed;
        piece.get(array, kept, piece.remaining());
        return moved;
    }

    int length() {
        return limit - start;
    }
}
