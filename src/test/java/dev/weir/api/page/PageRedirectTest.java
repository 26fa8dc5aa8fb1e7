package dev.weir.api.page;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PageRedirectTest {
    private static final String LOOPBACK = "127.0.0.1";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private PageRedirect redirect;

    @BeforeEach
    void listen() throws IOException {
        redirect = PageRedirect.listen(LOOPBACK, 0, host -> URI.create("http://" + host + ":8080/weir/"), threads);
    }

    @AfterEach
    void end() {
        redirect.close();
        threads.shutdownNow();
    }

    private String answer(String request) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), redirect.port())) {
            client.getOutputStream().write(request.getBytes(ISO_8859_1));
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"weir.example", "127.0.0.1", "[::1]"})
    void everyRequestIsSentToThePageOnTheHostThatWasAsked(String host) throws IOException {
        assertThat(answer("GET /any?thing HTTP/1.1\r\nAccept: */*\r\nHost: " + host + ":8081\r\n\r\n"))
                .startsWith("HTTP/1.1 302 Found\r\n")
                .contains("\r\nLocation: http://" + host + ":8080/weir/\r\n")
                .endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: a/../b?c@evil\r\n\r\n"})
    void whereNoHostIsNamedItIsTheAddressThatWasReached(String request) throws IOException {
        assertThat(answer(request)).contains("\r\nLocation: http://127.0.0.1:8080/weir/\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET /", "\u0016\u0003\u0001", "GET / HTTP/1.1\r\nHost: a\r\n"})
    void whatIsNoRequestIsToldSo(String request) throws IOException {
        assertThat(answer(request)).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aHeadWithoutEndIsNotReadToItsEnd() throws IOException {
        assertThat(answer("GET / HTTP/1.1\r\n" + "X: y\r\n".repeat(1400))).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aSilentClientHoldsUpNoOther() throws IOException {
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), redirect.port())) {
            assertThat(answer("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 302 ");
            assertThat(silent.isConnected()).isTrue();
        }
    }

    @Test
    void aPortInUseIsSaid() {
        assertThatThrownBy(() ->
                        PageRedirect.listen(LOOPBACK, redirect.port(), host -> URI.create("http://" + host), threads))
                .isInstanceOf(BindException.class);
    }

    @Test
    void aClosedPortIsFree() {
        redirect.close();
        assertThatThrownBy(() -> answer("GET / HTTP/1.1\r\n\r\n")).isInstanceOf(ConnectException.class);
    }
}
