package dev.weir.component.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * An upstream that speaks HTTP/2 over TLS with a certificate of its own: as much of RFC 9113 as one event stream for each
 * request needs. Requests are not looked at.
 */
final class FakeHttp2Upstream implements AutoCloseable {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RESET = 3;
    private static final int SETTINGS = 4;
    private static final int END_STREAM = 1;
    private static final int ACKNOWLEDGED = 1;
    private static final int END_HEADERS = 4;
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final SSLContext tls;
    private final SSLServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final boolean resets;
    private final String body;

    /**
     * @param resets whether each stream is reset where it should end
     */
    FakeHttp2Upstream(Path folder, String body, boolean resets) throws Exception {
        this.body = body;
        this.resets = resets;
        this.tls = tls(folder);
        server = (SSLServerSocket)
                tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        SSLParameters parameters = server.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        server.setSSLParameters(parameters);
        threads.execute(this::accept);
    }

    private static SSLContext tls(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        Path file = folder.resolve("keys.p12");
        String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process keytool = new ProcessBuilder(
                        tool,
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "upstream",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        String.valueOf(PASSWORD))
                .inheritIO()
                .start();
        if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IOException("keytool made no certificate");
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** Trusts this upstream. */
    SSLContext trusting() {
        return tls;
    }

    String url() {
        return "https://localhost:" + server.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    int streams() {
        return streams.get();
    }

    private void accept() {
        try {
            while (true) {
                SSLSocket socket = (SSLSocket) server.accept();
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            threads.shutdown(); // The test is over.
        }
    }

    private void serve(SSLSocket socket) {
        try (socket) {
            socket.startHandshake();
            if (!"h2".equals(socket.getApplicationProtocol())) {
                return;
            }
            connections.incrementAndGet();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            in.readFully(new byte["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length()]);
            frame(out, SETTINGS, 0, 0, new byte[0]);
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                in.readFully(new byte[length]);
                if (type == SETTINGS && (flags & ACKNOWLEDGED) == 0) {
                    frame(out, SETTINGS, ACKNOWLEDGED, 0, new byte[0]);
                } else if ((type == HEADERS || type == DATA) && (flags & END_STREAM) != 0) {
                    answer(out, stream);
                }
            }
        } catch (IOException e) {
            // The client has closed the connection.
        }
    }

    private void answer(OutputStream out, int stream) throws IOException {
        streams.incrementAndGet();
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        headers.write(0x88); // :status 200, of the static table
        headers.write(0x0f); // a literal, its name in the static table at 31: content-type
        headers.write(31 - 15);
        byte[] type = "text/event-stream".getBytes(StandardCharsets.US_ASCII);
        headers.write(type.length);
        headers.writeBytes(type);
        frame(out, HEADERS, END_HEADERS, stream, headers.toByteArray());
        frame(out, DATA, resets ? 0 : END_STREAM, stream, body.getBytes(StandardCharsets.UTF_8));
        if (resets) {
            frame(out, RESET, 0, stream, new byte[] {0, 0, 0, 2});
        }
    }

    private static void frame(OutputStream out, int type, int flags, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(payload.length >> 16);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        for (int shift = 24; shift >= 0; shift -= 8) {
            frame.write(stream >> shift);
        }
        frame.writeBytes(payload);
        out.write(frame.toByteArray());
        out.flush();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
