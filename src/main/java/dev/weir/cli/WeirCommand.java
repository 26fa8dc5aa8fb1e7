package dev.weir.cli;

import dev.weir.Version;
import dev.weir.WeirException;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;

/** The command line with its commands. */
@Command(
        name = "weir",
        mixinStandardHelpOptions = true,
        versionProvider = WeirCommand.Versions.class,
        description = "Runs model-compose workflows and streams their output.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Exit status: 0 done, 1 errors in a configuration or a failed run, 2 wrong use,",
            "3 a server or the Hub is not reachable, 4 credentials are missing or refused."
        })
public final class WeirCommand {
    private WeirCommand() {}

    /** The texts of {@code --version}. */
    static final class Versions implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "weir " + Version.NUMBER, "Payara Micro " + ServerBuild.read().version()
            };
        }
    }

    /**
     * Runs one command on the streams of this process. Blocks.
     *
     * @param war the WAR that {@code up} and {@code run} serve
     * @return the exit status
     */
    public static int run(Path war, String... arguments) {
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
                err,
                System.getenv(),
                Ansi.AUTO.enabled());
        return run(war, terminal, arguments);
    }

    /** As {@link #run(Path, String...)}, on other streams. */
    static int run(Path war, Terminal terminal, String... arguments) {
        CommandLine line = new CommandLine(new WeirCommand())
                .addSubcommand(new ValidateCommand(terminal))
                .addSubcommand(new SchemaCommand(terminal))
                .addSubcommand(new PullCommand(terminal))
                .addSubcommand(new RunCommand(terminal, war))
                .addSubcommand(new UpCommand(terminal, war))
                .addSubcommand(new HelpCommand())
                .addSubcommand("generate-completion", new GenerateCompletion());
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(terminal.isTerminal() ? Ansi.ON : Ansi.OFF));
        line.setExecutionExceptionHandler((fault, command, parsed) -> status(fault, terminal));
        return line.execute(arguments);
    }

    /** Reports the end of a command by an exception. A fault of this program keeps its stack trace. */
    private static int status(Exception fault, Terminal terminal) throws Exception {
        if (fault instanceof CommandException end) {
            terminal.tell(message(terminal, end));
            return end.status();
        }
        if (fault instanceof Terminal.ClosedOutputException) {
            return ExitStatus.DONE;
        }
        if (fault instanceof WeirException || fault instanceof IOException) {
            terminal.tell(message(terminal, fault));
            return ExitStatus.FAILED;
        }
        throw fault;
    }

    private static String message(Terminal terminal, Exception fault) {
        String file =
                fault instanceof FileSystemException named && named.getFile() != null ? named.getFile() + ": " : "";
        return terminal.coloured(Terminal.Colour.RED, "weir: ") + file + reason(fault);
    }

    /** The cause of a fault in words; the message of a fault of a file is its name alone. Never null. */
    static String reason(Exception fault) {
        if (fault instanceof NoSuchFileException) {
            return "no such file";
        }
        if (fault instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = fault instanceof FileSystemException file ? file.getReason() : fault.getMessage();
        return reason == null ? fault.getClass().getSimpleName() : reason;
    }
}
