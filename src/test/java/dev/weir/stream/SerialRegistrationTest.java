package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SerialRegistrationTest {
    private final SerialRegistration place = new SerialRegistration();
    private final AtomicInteger closed = new AtomicInteger();

    @Test
    void closingClosesTheLastOne() {
        place.set(() -> {
            throw new AssertionError("not the last one");
        });
        place.set(closed::incrementAndGet);
        assertThat(closed).hasValue(0);
        place.close();
        place.close();
        assertThat(closed).hasValue(1);
    }

    @Test
    void aRegistrationAfterTheEndIsClosedAtOnce() {
        place.close();
        place.set(closed::incrementAndGet);
        assertThat(closed).hasValue(1);
    }

    @Test
    void aRegistrationDuringTheEndIsClosed() throws Exception {
        for (int round = 0; round < 2000; round++) {
            SerialRegistration contended = new SerialRegistration();
            AtomicInteger closes = new AtomicInteger();
            CyclicBarrier together = new CyclicBarrier(2);
            Thread other = new Thread(() -> {
                try {
                    together.await();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                contended.close();
            });
            other.start();
            together.await();
            contended.set(closes::incrementAndGet);
            other.join();
            assertThat(closes.get()).isPositive();
        }
    }
}
