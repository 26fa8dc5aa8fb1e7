package dev.weir.config.reader;

import dev.weir.binding.Template;
import dev.weir.binding.TemplateSyntaxException;
import dev.weir.config.PollingConfig;
import dev.weir.config.yaml.Printable;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code completion}. */
final class PollingReader {
    private PollingReader() {}

    /**
     * Reads the settings of a polling; null for another type.
     *
     * @param shared the component's headers, which each polling request also has
     */
    static @Nullable PollingConfig read(Section section, Map<String, Template> shared) {
        String type = section.text("type").orElse("polling");
        if (!type.equals("polling")) {
            section.error("type", "there is no completion type '" + Printable.cut(type) + "'", "write polling");
            section.acceptAll();
            return null;
        }
        HttpReader.checkTarget(section, true);
        Template status = status(section);
        if (section.has("status") && !section.has("success_when")) {
            section.missing("success_when", "list the states that mean that the answer is ready");
        }
        PollingConfig polling = new PollingConfig(
                HttpReader.method(section, "GET"),
                section.template("endpoint", SourceScope.HTTP_POLLING),
                section.template("path", SourceScope.HTTP_POLLING),
                HttpReader.merged(shared, section.textTemplates("headers", SourceScope.HTTP_POLLING)),
                section.template("params", SourceScope.HTTP_POLLING),
                section.template("body", SourceScope.HTTP_POLLING),
                status,
                section.texts("success_when"),
                section.texts("fail_when"),
                section.duration("interval").orElse(Duration.ofSeconds(5)),
                section.duration("timeout"));
        section.unsupported("stream_format", "stream_fragmented");
        section.finish();
        return polling;
    }

    /** Reads the status: an expression, or the path of the state in the polled response. */
    private static @Nullable Template status(Section section) {
        Template written = section.template("status", SourceScope.HTTP_POLLED);
        if (written == null || !written.isConstant()) {
            return written;
        }
        String path = written.toString();
        try {
            return Template.parse("${result" + (path.startsWith("[") ? "" : ".") + path + "}");
        } catch (TemplateSyntaxException e) {
            section.error(
                    "status",
                    "'" + Printable.cut(path) + "' is not a path",
                    "write it as job.status, or as an expression");
            return null;
        }
    }
}
