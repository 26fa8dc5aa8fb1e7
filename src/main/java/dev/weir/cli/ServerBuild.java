package dev.weir.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The server with which this build was tested.
 *
 * @param version of Payara Micro
 * @param sha256 the hash of its jar, in lower-case hexadecimal digits
 */
record ServerBuild(String version, String sha256) {

    static ServerBuild read() {
        try (InputStream in = ServerBuild.class.getResourceAsStream("server.properties")) {
            Properties build = new Properties();
            build.load(in);
            return new ServerBuild(build.getProperty("version"), build.getProperty("sha256"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
