package dev.weir.it;

import dev.weir.component.http.FakeUpstream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The WAR of the build, unchanged or with additional settings of a test. */
final class Wars {
    private static final File BUILT = new File(System.getProperty("weir.war"));

    private Wars() {}

    /** The unchanged WAR, deployed as that file: without settings it serves the demonstration. */
    static WebArchive built() {
        return ShrinkWrap.createFromZipFile(WebArchive.class, BUILT);
    }

    /**
     * The WAR with the path of its configuration in MicroProfile Config. {@code settings} are further lines. By default the
     * shutdown does not wait for open streams.
     */
    static WebArchive configured(Path configuration, String... settings) {
        String properties = "weir.config=" + configuration.toAbsolutePath() + "\nweir.shutdown.drain=0\n"
                + String.join("\n", settings) + "\n";
        return ShrinkWrap.create(ZipImporter.class, "configured.war")
                .importFrom(BUILT)
                .as(WebArchive.class)
                .addAsWebInfResource(new StringAsset(properties), "classes/META-INF/microprofile-config.properties");
    }

    /**
     * Writes a configuration of {@code src/test/resources/it} to {@code file}; the fake upstream replaces its {@code
     * base_url}.
     */
    static Path relay(Path file, String configuration, FakeUpstream upstream) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, relayed(configuration, upstream));
    }

    /** The same configuration as text. The guide's configuration names OpenAI's API and needs a key in {@code .env}. */
    static String relayed(String configuration, FakeUpstream upstream) throws IOException {
        return Files.readString(Path.of("src/test/resources/it", configuration))
                .replace("http://upstream.example", upstream.url())
                .replace("https://api.openai.com", upstream.url());
    }
}
