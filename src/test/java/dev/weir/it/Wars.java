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

/** The WAR that the build made, as it is, and with settings of a test beside it. */
final class Wars {
    private static final File BUILT = new File(System.getProperty("weir.war"));

    private Wars() {}

    /** The WAR unchanged, which is deployed as the file it is: without settings it serves the demonstration. */
    static WebArchive built() {
        return ShrinkWrap.createFromZipFile(WebArchive.class, BUILT);
    }

    /** The WAR told by MicroProfile Config where its configuration is; {@code settings} are further lines. */
    static WebArchive configured(Path configuration, String... settings) {
        String properties = "weir.config=" + configuration.toAbsolutePath() + "\n" + String.join("\n", settings) + "\n";
        return ShrinkWrap.create(ZipImporter.class, "configured.war")
                .importFrom(BUILT)
                .as(WebArchive.class)
                .addAsWebInfResource(new StringAsset(properties), "classes/META-INF/microprofile-config.properties");
    }

    /**
     * Writes a configuration of {@code src/test/resources/it} to {@code file} with the fake upstream in its
     * {@code base_url}'s place.
     */
    static Path relay(Path file, String configuration, FakeUpstream upstream) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, relayed(configuration, upstream));
    }

    /** The same configuration as text. The guide's own names OpenAI's API, and wants a key in {@code .env}. */
    static String relayed(String configuration, FakeUpstream upstream) throws IOException {
        return Files.readString(Path.of("src/test/resources/it", configuration))
                .replace("http://upstream.example", upstream.url())
                .replace("https://api.openai.com", upstream.url());
    }
}
