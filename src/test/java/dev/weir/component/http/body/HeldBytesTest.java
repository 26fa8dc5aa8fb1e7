package dev.weir.component.http.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeldBytesTest {
    private static final int BYTES = 1 << 21;

    @Test
    void bytesThatWaitAreCopiedAConstantNumberOfTimesHoweverSmallThePiecesAre() {
        HeldBytes held = new HeldBytes();
        long copied = 0;
        for (int i = 0; i < BYTES; i++) {
            byte[] before = held.array;
            held.add(piece(i));
            copied += held.array == before ? 0 : i;
        }
        assertThat(copied).isLessThan(2L * BYTES);
        assertThat(held.length()).isEqualTo(BYTES);
        for (int i = 0; i < BYTES; i++) {
            assertThat(held.array[held.start + i]).isEqualTo((byte) i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 700, 1500, 100_000})
    void theRoomOfBytesThatAreUsedIsTakenWithoutMuchCopying(int lineBytes) {
        HeldBytes held = new HeldBytes();
        long copied = 0;
        int used = 0;
        for (int i = 0; i < BYTES; i++) {
            byte[] before = held.array;
            int kept = held.length();
            int moved = held.add(piece(i));
            copied += moved > 0 || held.array != before ? kept : 0;
            assertThat(held.array[held.start]).isEqualTo((byte) used);
            if (held.length() == lineBytes) {
                used += lineBytes;
                held.start = held.limit;
            }
        }
        assertThat(copied).isLessThan(3L * BYTES);
        assertThat(held.array.length).isLessThanOrEqualTo(Math.max(1024, 3 * lineBytes));
    }

    @Test
    void aLargeArrayIsGivenUpOnceLittleIsHeld() {
        HeldBytes held = new HeldBytes();
        byte[] large = new byte[1 << 20];
        Arrays.fill(large, (byte) 'x');
        held.add(ByteBuffer.wrap(large));
        held.start = held.limit - 1;
        held.add(piece('y'));
        assertThat(held.array).hasSizeLessThanOrEqualTo(1024);
        assertThat(Arrays.copyOfRange(held.array, held.start, held.limit)).containsExactly('x', 'y');
    }

    private static ByteBuffer piece(int value) {
        return ByteBuffer.wrap(new byte[] {(byte) value});
    }
}
