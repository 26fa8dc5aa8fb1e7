package dev.weir.it;

import dev.weir.FreePort;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An nginx with the snippet of {@code deployments}; only the ports differ. */
final class Nginx {
    static final String MISSING = "nginx is not installed (Debian's package nginx-light)";

    private static final List<String> PLACES = List.of("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx");

    private final Process process;
    private final int port;

    private Nginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    private static String program() {
        return PLACES.stream()
                .filter(place -> Files.isExecutable(Path.of(place)))
                .findFirst()
                .orElse("");
    }

    /** For {@code @EnabledIf}. */
    static boolean isInstalled() {
        return !program().isEmpty();
    }

    /** Starts an nginx in front of the server at {@code weirPort}, with its files in {@code folder}. */
    static Nginx start(Path folder, int weirPort) throws IOException, InterruptedException {
        int port = FreePort.find();
        Files.createDirectories(folder);
        String snippet = Files.readString(Path.of("deployments/nginx/weir.conf"));
        String here = snippet.replace("127.0.0.1:8080", "127.0.0.1:" + weirPort)
                .replace("listen 80;", "listen 127.0.0.1:" + port + ";");
        if (here.contains(":8080") || here.contains("listen 80")) {
            throw new AssertionError("the snippet has other ports than this test knows");
        }
        Files.writeString(folder.resolve("weir.conf"), here);
        Path configuration = folder.resolve("nginx.conf").toAbsolutePath();
        Files.writeString(configuration, """
                daemon off;
                pid %1$s/nginx.pid;
                error_log stderr;
                events {}
                http {
                    access_log off;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                    include %1$s/weir.conf;
                }
                """.formatted(folder.toAbsolutePath()));
        Process process = new ProcessBuilder(
                        program(), "-p", folder.toAbsolutePath().toString(), "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.log").toFile())
                .start();
        return new Nginx(process, port);
    }

    /** The address of this nginx. */
    URI url() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    /** Stops this nginx. */
    void end() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
