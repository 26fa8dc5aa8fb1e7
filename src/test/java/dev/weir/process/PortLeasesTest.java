package dev.weir.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PortLeasesTest {
    private final PortLeases ports = new PortLeases();

    @Test
    void aPortGoesToOneAfterTheOther() {
        PortLeases.Lease first = ports.ask(8000);
        PortLeases.Lease second = ports.ask(8000);
        PortLeases.Lease third = ports.ask(8000);
        PortLeases.Lease elsewhere = ports.ask(8001);
        assertThat(first.granted()).isDone();
        assertThat(elsewhere.granted()).isDone();
        assertThat(second.granted()).isNotDone();

        second.release();
        assertThat(third.granted()).isNotDone();

        first.release();
        first.release();
        assertThat(third.granted()).isDone();
        assertThat(second.granted()).isNotDone();

        third.release();
        assertThat(ports.ask(8000).granted()).isDone();
    }
}
