package dev.weir.it.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The JVM of the server under test, inspected from outside by the JDK's {@code jcmd}. */
public final class ServerJvm {
    private static final Pattern CLASS = Pattern.compile("(?m)^ *\\d+: +(\\d+) +(\\d+) +(\\S+)");
    private static final Pattern METASPACE = Pattern.compile("Metaspace +used (\\d+)K");
    private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
    private static final Pattern TEMPORARY = Pattern.compile("(?m)^java\\.io\\.tmpdir=(\\S+)");

    private final ProcessHandle process;

    /** The reachable objects: instances and bytes of each class, and the bytes of all. */
    public record Live(Map<String, Long> instances, Map<String, Long> bytesOf, long bytes) {
        /** The classes with the largest growth, each with its additional bytes. */
        public String growthSince(Live before) {
            return bytesOf.entrySet().stream()
                    .map(now -> Map.entry(now.getKey(), now.getValue() - before.bytesOf.getOrDefault(now.getKey(), 0L)))
                    .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                    .limit(12)
                    .map(Object::toString)
                    .collect(Collectors.joining(", "));
        }

        public long instances(String className) {
            return instances.getOrDefault(className, 0L);
        }
    }

    ServerJvm(ProcessHandle process) {
        this.process = process;
    }

    @Override
    public String toString() {
        return Long.toString(process.pid());
    }

    ProcessHandle process() {
        return process;
    }

    /** The memory of the process after a full collection. */
    public record Memory(long rssBytes, long metaspaceBytes) {
        @Override
        public String toString() {
            return "%d MB (RSS), metaspace %d kB".formatted(rssBytes >> 20, metaspaceBytes >> 10);
        }
    }

    /** Runs a full collection and measures the memory; Linux only. */
    public Memory memory() throws IOException, InterruptedException {
        jcmd("GC.run");
        Matcher metaspace = METASPACE.matcher(jcmd("GC.heap_info"));
        Matcher rss = RSS.matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
        if (!metaspace.find() || !rss.find()) {
            throw new AssertionError("no figures of the memory of process " + process.pid());
        }
        return new Memory(Long.parseLong(rss.group(1)) << 10, Long.parseLong(metaspace.group(1)) << 10);
    }

    /** The number of class loaders with a class of that name, after a full collection. */
    public long loadersOf(String className) throws IOException, InterruptedException {
        jcmd("GC.run");
        return jcmd("VM.classloaders show-classes=true")
                .lines()
                .filter(line -> line.replaceAll("^[ |+-]*", "").equals(className))
                .count();
    }

    /** Runs a full collection and counts the remaining objects. */
    public Live live() throws IOException, InterruptedException {
        String histogram = jcmd("GC.class_histogram");
        Map<String, Long> instances = new HashMap<>();
        Map<String, Long> bytesOf = new HashMap<>();
        CLASS.matcher(histogram).results().forEach(line -> {
            instances.merge(line.group(3), Long.valueOf(line.group(1)), Long::sum);
            bytesOf.merge(line.group(3), Long.valueOf(line.group(2)), Long::sum);
        });
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new AssertionError("no histogram: " + histogram);
        }
        return new Live(instances, bytesOf, Long.parseLong(total.group(1)));
    }

    /** All threads, each with its name and its stack. */
    public List<String> threads() throws IOException, InterruptedException {
        List<String> threads = new ArrayList<>();
        for (String block : jcmd("Thread.print").split("\n\n", -1)) {
            if (block.startsWith("\"")) {
                threads.add(block);
            }
        }
        return threads;
    }

    /** The threads that work for a run now. */
    public List<String> threadsAtWork() throws IOException, InterruptedException {
        return threads().stream()
                .filter(thread -> thread.startsWith("\"weir-") && thread.contains("at dev.weir."))
                .filter(thread ->
                        !thread.startsWith("\"weir-inference") && !thread.contains("SharedThreads$Worker.await"))
                // A thread of the HTTP client, which waits for any connection.
                .filter(thread -> !thread.contains("ManagedSelector$SelectorProducer.select("))
                .toList();
    }

    /** The application's current temporary files, without the marker of its folder. */
    public List<Path> temporaryFiles() throws IOException, InterruptedException {
        Matcher folder = TEMPORARY.matcher(jcmd("VM.system_properties"));
        if (!folder.find()) {
            throw new AssertionError("the server names no folder for temporary files");
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(Path.of(folder.group(1)), "weir-files-" + process.pid() + "-*")) {
            for (Path own : folders) {
                try (Stream<Path> inside = Files.walk(own)) {
                    inside.filter(file -> Files.isRegularFile(file) && !file.endsWith("lock"))
                            .forEach(files::add);
                }
            }
        }
        return files;
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        words.add(Long.toString(process.pid()));
        words.addAll(List.of(command.split(" ", -1)));
        Process jcmd = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new AssertionError("jcmd " + command + ": " + output);
        }
        return output;
    }
}
