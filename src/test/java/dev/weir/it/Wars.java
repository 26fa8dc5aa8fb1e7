package dev.weir.it;

import java.io.File;
import java.nio.file.Path;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The WAR that the build made, as it is, and with settings of a test beside it. */
final class Wars {
    private Wars() {}

    /** The WAR unchanged: it serves the demonstration. */
    static WebArchive demonstration() {
        return ShrinkWrap.createFromZipFile(WebArchive.class, new File(System.getProperty("weir.war")));
    }

    /** The WAR told by MicroProfile Config where its configuration is; {@code settings} are further lines. */
    static WebArchive configured(Path configuration, String... settings) {
        String properties = "weir.config=" + configuration.toAbsolutePath() + "\n" + String.join("\n", settings) + "\n";
        return demonstration()
                .addAsWebInfResource(new StringAsset(properties), "classes/META-INF/microprofile-config.properties");
    }
}
