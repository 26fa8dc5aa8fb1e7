package dev.weir.cli;

import dev.weir.Version;
import dev.weir.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The problems of configurations as JSON and as SARIF.
 *
 * @see <a href="https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html">SARIF 2.1.0</a>
 */
final class FindingReports {
    private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

    private FindingReports() {}

    /** {@code {"files": […], "problems": [{file, line, column, severity, path, message, remedy}], "more": n}}. */
    static String json(List<Path> files, Finding.Findings findings) {
        return Json.write(ordered(
                "files",
                files.stream().map(Path::toString).toList(),
                "problems",
                findings.all().stream().map(FindingReports::problem).toList(),
                "more",
                findings.more()));
    }

    private static Map<String, @Nullable Object> problem(Finding finding) {
        return ordered(
                "file",
                finding.file().toString(),
                "line",
                finding.line(),
                "column",
                finding.column(),
                "severity",
                finding.severity().word(),
                "path",
                finding.path(),
                "message",
                finding.message(),
                "remedy",
                finding.remedy());
    }

    /**
     * A log of SARIF 2.1.0 with one run.
     *
     * @param base addresses of files are relative to this folder, as code hosts need them
     */
    static String sarif(Path base, Finding.Findings findings) {
        Map<String, @Nullable Object> driver = ordered(
                "name",
                "weir",
                "version",
                Version.NUMBER,
                "rules",
                Arrays.stream(Finding.Severity.values())
                        .map(FindingReports::rule)
                        .toList());
        Map<String, @Nullable Object> run = ordered(
                "tool",
                ordered("driver", driver),
                "invocations",
                List.of(ordered("executionSuccessful", true, "toolExecutionNotifications", notices(findings.more()))),
                "columnKind",
                "unicodeCodePoints",
                "results",
                findings.all().stream().map(finding -> result(base, finding)).toList());
        return Json.write(ordered("$schema", SCHEMA, "version", "2.1.0", "runs", List.of(run)));
    }

    /** A log without the further problems says so, as the text does. */
    private static List<Map<String, @Nullable Object>> notices(int more) {
        String text = "and " + more + " more: only the first problems are in this log";
        return more == 0 ? List.of() : List.of(ordered("level", "warning", "message", ordered("text", text)));
    }

    private static String ruleId(Finding.Severity severity) {
        return "configuration-" + severity.word();
    }

    private static Map<String, @Nullable Object> rule(Finding.Severity severity) {
        String text = severity == Finding.Severity.ERROR
                ? "the configuration is not served"
                : "a part of the configuration has another effect than it seems to have";
        return ordered(
                "id",
                ruleId(severity),
                "shortDescription",
                ordered("text", text),
                "defaultConfiguration",
                ordered("level", severity.word()));
    }

    private static Map<String, @Nullable Object> result(Path base, Finding finding) {
        String remedy = finding.remedy().isEmpty() ? "" : "; " + finding.remedy();
        Map<String, @Nullable Object> place = ordered(
                "artifactLocation",
                ordered("uri", address(base, finding.file())),
                "region",
                ordered("startLine", finding.line(), "startColumn", finding.column()));
        return ordered(
                "ruleId",
                ruleId(finding.severity()),
                "level",
                finding.severity().word(),
                "message",
                ordered("text", finding.text() + remedy),
                "locations",
                List.of(ordered("physicalLocation", place)),
                "partialFingerprints",
                ordered("weir/v1", fingerprint(base, finding)));
    }

    /** The address of a file: relative and encoded if it is below {@code base}, else absolute. */
    private static String address(Path base, Path file) {
        Path root = base.toAbsolutePath().normalize();
        Path absolute = file.toAbsolutePath().normalize();
        return absolute.startsWith(root)
                ? root.toUri().relativize(absolute.toUri()).toString()
                : absolute.toUri().toString();
    }

    /** Stays the same when lines are inserted above the problem. */
    private static String fingerprint(Path base, Finding finding) {
        String key = String.join(
                "\n", ruleId(finding.severity()), address(base, finding.file()), finding.path(), finding.message());
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(key.getBytes(StandardCharsets.UTF_8)), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A mapping in the order of its arguments: key, value, key, value. */
    private static Map<String, @Nullable Object> ordered(Object... keysAndValues) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
