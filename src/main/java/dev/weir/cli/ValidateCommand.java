package dev.weir.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reports all problems of configurations. Uses no network, no model and no server. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description = "Reports all problems of a configuration, each with its file, line and column.",
        footer = {"", "Exit status: 0 without an error, 1 with errors (with --strict, with warnings too)."})
final class ValidateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Configuration files. Several files are one configuration; later files have precedence.")
    private List<Path> files = List.of();

    @Option(names = "--each", description = "Check each file as a configuration of its own.")
    private boolean each;

    @Option(names = "--strict", description = "Warnings count as errors.")
    private boolean strict;

    @ArgGroup(exclusive = true)
    private Format format = new Format();

    @Option(
            names = "--base",
            paramLabel = "FOLDER",
            description = "Addresses in SARIF are relative to this folder (default: the working folder).")
    private Path base = Path.of("");

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private EnvironmentOption environment = new EnvironmentOption();

    ValidateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The format of the report; text without an option. */
    private static final class Format {
        @Option(names = "--json", description = "Report as JSON.")
        private boolean json;

        @Option(names = "--sarif", description = "Report as SARIF 2.1.0, as code hosts read it.")
        private boolean sarif;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Finding.Findings findings = findings();
        boolean failed = findings.has(Finding.Severity.ERROR) || (strict && findings.has(Finding.Severity.WARNING));
        int status = failed ? ExitStatus.FAILED : ExitStatus.DONE;
        try {
            output.write(terminal, target -> target.write(report(findings, target)));
        } catch (Terminal.ClosedOutputException e) {
            // A reader that has left, as head does, changes nothing about the configuration.
            return status;
        }
        return status;
    }

    private Finding.Findings findings() {
        if (!each) {
            return Finding.of(files, environment.over(terminal.environment()));
        }
        List<Finding> all = new ArrayList<>();
        int more = 0;
        for (Path file : files) {
            Finding.Findings some = Finding.of(List.of(file), environment.over(terminal.environment()));
            all.addAll(some.all());
            more += some.more();
        }
        return new Finding.Findings(all, more);
    }

    private String report(Finding.Findings findings, Terminal target) {
        if (format.json) {
            return FindingReports.json(files, findings) + "\n";
        }
        if (format.sarif) {
            return FindingReports.sarif(base, findings) + "\n";
        }
        StringBuilder text = new StringBuilder();
        findings.all().forEach(finding -> text.append(finding.text(target)));
        if (findings.more() > 0) {
            text.append("and ").append(findings.more()).append(" more\n");
        }
        return text.toString();
    }
}
