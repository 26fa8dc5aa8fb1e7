package dev.weir.it;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program of this machine: on the PATH, or at the path of {@code weir.<name>}. */
record Program(Path executable) {

    /** The exit status and the output of an ended program. */
    record Result(int status, String output, String errors) {}

    /** All programs of that name, in the order of the PATH. */
    static Stream<Program> named(String name) {
        String named = System.getProperty("weir." + name);
        Stream<Path> candidates = named != null
                ? Stream.of(Path.of(named))
                : Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, name));
        return candidates.filter(Files::isExecutable).map(Program::new);
    }

    static Optional<Program> first(String name) {
        return named(name).findFirst();
    }

    /** Runs the program in {@code folder} for at most a minute. */
    Result run(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(executable.toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        File output = File.createTempFile("output", ".txt", folder.toFile());
        File errors = File.createTempFile("errors", ".txt", folder.toFile());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(output)
                .redirectError(errors);
        builder.environment().put("PYTHONIOENCODING", "UTF-8");
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return new Result(process.exitValue(), text(output), text(errors));
    }

    private static String text(File file) throws IOException {
        String text = Files.readString(file.toPath(), StandardCharsets.UTF_8);
        Files.delete(file.toPath());
        return text;
    }
}
