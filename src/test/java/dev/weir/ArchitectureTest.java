package dev.weir;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The edges between packages, and the packages in which each library may be used. */
@AnalyzeClasses(packages = "dev.weir", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static ArchRule edges(String from, String... allowed) {
        List<String> packages = new ArrayList<>(List.of("dev.weir", "dev.weir." + from));
        for (String to : allowed) {
            packages.add("dev.weir." + to);
        }
        DescribedPredicate<JavaClass> foreign = resideInAPackage("dev.weir..")
                .and(DescribedPredicate.not(resideInAnyPackage(packages.toArray(String[]::new))));
        return noClasses()
                .that()
                .resideInAPackage("dev.weir." + from)
                .should()
                .dependOnClassesThat(foreign)
                .allowEmptyShould(true)
                .because(from + " may use " + List.of(allowed) + " and the root");
    }

    @ArchTest
    static final ArchRule root = classes()
            .that()
            .resideInAPackage("dev.weir")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("dev.weir", "java..", "org.jspecify.."));

    @ArchTest
    static final ArchRule api = edges("api", "server", "workflow", "config", "sse", "json");

    @ArchTest
    static final ArchRule apiAccess = edges(
            "api.access",
            "api",
            "api.form",
            "api.response",
            "server",
            "lifecycle",
            "workflow",
            "security",
            "telemetry",
            "config",
            "runtime");

    @ArchTest
    static final ArchRule apiForm =
            edges("api.form", "lifecycle", "security", "binding", "json", "files", "stream", "runtime");

    @ArchTest
    static final ArchRule apiMeta = edges(
            "api.meta",
            "api",
            "api.access",
            "api.form",
            "workflow",
            "workflow.served",
            "config",
            "config.schema",
            "security",
            "telemetry",
            "runtime",
            "json");

    @ArchTest
    static final ArchRule apiPage =
            edges("api.page", "api", "api.access", "lifecycle", "workflow", "config", "json", "runtime");

    @ArchTest
    static final ArchRule apiResponse = edges("api.response", "server", "lifecycle", "sse", "stream", "runtime");

    @ArchTest
    static final ArchRule apiRun = edges(
            "api.run",
            "api",
            "api.access",
            "api.form",
            "api.response",
            "lifecycle",
            "workflow",
            "workflow.event",
            "sse",
            "security",
            "stream",
            "binding",
            "json",
            "files",
            "runtime");

    @ArchTest
    static final ArchRule face = edges(
            "face",
            "api",
            "api.access",
            "api.form",
            "api.response",
            "api.run",
            "workflow",
            "workflow.graph",
            "workflow.served",
            "config",
            "config.schema",
            "security",
            "binding",
            "stream",
            "sse",
            "json",
            "runtime");

    @ArchTest
    static final ArchRule faceOpenAi = edges(
            "face.openai",
            "face",
            "api",
            "api.access",
            "api.run",
            "workflow",
            "workflow.served",
            "config",
            "sse",
            "binding",
            "json",
            "stream");

    @ArchTest
    static final ArchRule faceAnthropic = edges(
            "face.anthropic",
            "face",
            "api",
            "api.access",
            "api.run",
            "workflow",
            "workflow.served",
            "config",
            "sse",
            "json",
            "stream");

    @ArchTest
    static final ArchRule faceMcp = edges(
            "face.mcp",
            "api",
            "api.access",
            "api.form",
            "api.response",
            "api.run",
            "workflow",
            "workflow.graph",
            "workflow.served",
            "sse",
            "security",
            "config",
            "config.schema",
            "stream",
            "binding",
            "json",
            "telemetry",
            "runtime");

    @ArchTest
    static final ArchRule cli = edges(
            "cli",
            "component.model",
            "config",
            "config.reader",
            "config.schema",
            "config.yaml",
            "binding",
            "hub",
            "json");

    /** The application does not have the classes of the command line. */
    @ArchTest
    static final ArchRule cliIsUsedByNone = onlyIn("dev.weir.cli", "dev.weir.cli");

    @ArchTest
    static final ArchRule launcher = classes()
            .that()
            .resideInAPackage("dev.weir.launcher")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("dev.weir.launcher", "java..", "org.jspecify.."));

    @ArchTest
    static final ArchRule server = edges("server");

    @ArchTest
    static final ArchRule lifecycle = edges("lifecycle", "workflow", "files", "stream", "runtime");

    @ArchTest
    static final ArchRule workflow = edges(
            "workflow",
            "workflow.admission",
            "workflow.event",
            "workflow.graph",
            "workflow.served",
            "component",
            "security",
            "config",
            "config.reader",
            "config.schema",
            "config.yaml",
            "filter",
            "binding",
            "json",
            "stream",
            "telemetry",
            "runtime");

    @ArchTest
    static final ArchRule workflowAdmission = edges("workflow.admission", "stream");

    @ArchTest
    static final ArchRule workflowEvent = edges("workflow.event", "json", "stream");

    @ArchTest
    static final ArchRule workflowGraph =
            edges("workflow.graph", "component", "config", "binding", "json", "stream", "telemetry");

    @ArchTest
    static final ArchRule workflowServed =
            edges("workflow.served", "component", "config", "config.schema", "filter", "security", "binding", "stream");

    @ArchTest
    static final ArchRule component = edges("component", "config", "binding", "json", "stream", "telemetry", "runtime");

    @ArchTest
    static final ArchRule componentHttp = edges(
            "component.http",
            "component",
            "component.http.body",
            "component.http.protocol",
            "component.http.error",
            "upstream",
            "upstream.jetty",
            "upstream.proxy",
            "upstream.tls",
            "config",
            "binding",
            "json",
            "stream",
            "telemetry",
            "runtime");

    @ArchTest
    static final ArchRule componentHttpBody = edges(
            "component.http.body", "component.http.coding", "component.http.protocol", "component.http.error", "json");

    @ArchTest
    static final ArchRule componentHttpCoding = edges("component.http.coding", "component.http.error");

    @ArchTest
    static final ArchRule componentHttpProtocol =
            edges("component.http.protocol", "component.http.error", "json", "stream", "telemetry");

    @ArchTest
    static final ArchRule componentHttpError = edges("component.http.error", "upstream", "json");

    @ArchTest
    static final ArchRule componentService = edges(
            "component.service",
            "component",
            "component.http",
            "component.http.error",
            "process",
            "config",
            "binding",
            "stream",
            "runtime");

    @ArchTest
    static final ArchRule componentModel = edges(
            "component.model",
            "component",
            "inference",
            "inference.onnx",
            "inference.schedule",
            "inference.spec",
            "tokenizer",
            "sampling",
            "hub",
            "process",
            "config",
            "binding",
            "json",
            "stream",
            "telemetry",
            "runtime");

    @ArchTest
    static final ArchRule componentShell =
            edges("component.shell", "component", "process", "config", "binding", "stream", "runtime");

    @ArchTest
    static final ArchRule componentText =
            edges("component.text", "component", "config", "binding", "json", "stream", "runtime");

    @ArchTest
    static final ArchRule upstream = edges("upstream", "upstream.proxy", "upstream.tls");

    @ArchTest
    static final ArchRule upstreamAddress = edges("upstream.address");

    @ArchTest
    static final ArchRule upstreamProxy = edges("upstream.proxy");

    @ArchTest
    static final ArchRule upstreamTls = edges("upstream.tls");

    @ArchTest
    static final ArchRule upstreamJetty =
            edges("upstream.jetty", "upstream", "upstream.address", "upstream.proxy", "upstream.tls", "stream");

    @ArchTest
    static final ArchRule inference = edges(
            "inference",
            "inference.onnx",
            "inference.schedule",
            "inference.spec",
            "graph",
            "weights",
            "tokenizer",
            "sampling",
            "stream");

    @ArchTest
    static final ArchRule inferenceOnnx =
            edges("inference.onnx", "inference.schedule", "inference.spec", "graph", "weights", "stream");

    @ArchTest
    static final ArchRule inferenceSchedule =
            edges("inference.schedule", "inference.spec", "tokenizer", "sampling", "stream");

    @ArchTest
    static final ArchRule inferenceSpec =
            edges("inference.spec", "weights", "tokenizer", "sampling", "files", "stream");

    @ArchTest
    static final ArchRule graph = edges("graph", "weights");

    @ArchTest
    static final ArchRule weights = edges("weights", "files", "json");

    @ArchTest
    static final ArchRule tokenizer = edges("tokenizer", "jinja", "files");

    @ArchTest
    static final ArchRule jinja = edges("jinja");

    @ArchTest
    static final ArchRule hub = edges("hub", "json", "files", "upstream.proxy");

    @ArchTest
    static final ArchRule files = edges("files");

    @ArchTest
    static final ArchRule sampling = edges("sampling");

    @ArchTest
    static final ArchRule process = edges("process", "stream");

    @ArchTest
    static final ArchRule security = edges("security", "config", "stream", "telemetry", "upstream.proxy");

    @ArchTest
    static final ArchRule telemetry = edges("telemetry", "runtime");

    @ArchTest
    static final ArchRule config = edges("config", "config.yaml", "filter", "filter.regex", "binding", "upstream.tls");

    @ArchTest
    static final ArchRule configYaml = edges("config.yaml", "json");

    /** {@code config.schema}: the reader warns about inputs with defaults of different types. */
    @ArchTest
    static final ArchRule configReader = edges(
            "config.reader",
            "config",
            "config.schema",
            "config.yaml",
            "filter",
            "filter.regex",
            "binding",
            "json",
            "upstream.tls");

    @ArchTest
    static final ArchRule configSchema = edges("config.schema", "config", "config.yaml", "binding", "json");

    @ArchTest
    static final ArchRule binding = edges("binding", "binding.mask", "filter.regex", "json");

    @ArchTest
    static final ArchRule bindingMask = edges("binding.mask");

    @ArchTest
    static final ArchRule json = edges("json");

    @ArchTest
    static final ArchRule filter = edges("filter", "filter.regex", "stream");

    @ArchTest
    static final ArchRule filterRegex = edges("filter.regex");

    @ArchTest
    static final ArchRule stream = edges("stream");

    @ArchTest
    static final ArchRule sse = edges("sse", "json", "stream");

    @ArchTest
    static final ArchRule runtime = edges("runtime", "server", "stream");

    @ArchTest
    static final ArchRule noCycles = slices().matching("dev.weir.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule jaxRsOnlyAtTheRim = onlyIn("jakarta.ws.rs..", "dev.weir.api..", "dev.weir.sse");

    @ArchTest
    static final ArchRule concurrencyUtilitiesOnlyWherePoolsAreMade =
            onlyIn("jakarta.enterprise.concurrent..", "dev.weir.runtime");

    @ArchTest
    static final ArchRule onnxRuntimeOnlyInOnnx = onlyIn("ai.onnxruntime..", "dev.weir.inference.onnx");

    @ArchTest
    static final ArchRule tokensOnlyInSecurity = onlyIn("org.jose4j..", "dev.weir.security");

    @ArchTest
    static final ArchRule httpClientOnlyInJetty =
            onlyIn("org.eclipse.jetty..", "dev.weir.upstream.jetty", "dev.weir.upstream.address");

    @ArchTest
    static final ArchRule yamlOnlyInConfig = onlyIn("org.yaml..", "dev.weir.config.yaml");

    @ArchTest
    static final ArchRule optionsOnlyInCli = onlyIn("picocli..", "dev.weir.cli");

    /** {@code cli}: it starts a server. */
    @ArchTest
    static final ArchRule processesOnlyInProcess = noClasses()
            .that()
            .resideOutsideOfPackages("dev.weir.process", "dev.weir.cli")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ProcessBuilder.class);

    @ArchTest
    static final ArchRule plainCore = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.weir.inference..",
                    "dev.weir.graph",
                    "dev.weir.weights",
                    "dev.weir.tokenizer",
                    "dev.weir.jinja",
                    "dev.weir.sampling",
                    "dev.weir.hub",
                    "dev.weir.process",
                    "dev.weir.security",
                    "dev.weir.upstream..",
                    "dev.weir.config..",
                    "dev.weir.filter..",
                    "dev.weir.files",
                    "dev.weir.binding",
                    "dev.weir.json",
                    "dev.weir.workflow.admission",
                    "dev.weir.workflow.event",
                    "dev.weir.stream")
            .should()
            .dependOnClassesThat(resideInAnyPackage("jakarta..", "org.eclipse.microprofile..")
                    .and(DescribedPredicate.not(resideInAPackage("jakarta.json.."))));

    /** Untrusted files are read as JSON, templates and protocol buffers. No format creates objects of arbitrary classes. */
    @ArchTest
    static final ArchRule noSerializedObjects =
            noClasses().should().dependOnClassesThat().areAssignableTo(java.io.ObjectInputStream.class);

    /**
     * A thread outside the server's factory has no application context, or keeps the ended application in memory. A command of
     * {@code cli} has no server, and its threads end with its process.
     */
    @ArchTest
    static final ArchRule noThreadsOfOurOwn = noClasses()
            .that()
            .resideOutsideOfPackage("dev.weir.cli")
            .should()
            .callConstructorWhere(DescribedPredicate.describe(
                    "makes a thread outside dev.weir.server.ManagedThreads",
                    (JavaConstructorCall call) -> call.getTargetOwner().isEquivalentTo(Thread.class)
                            && !call.getOriginOwner().getName().equals("dev.weir.server.ManagedThreads")))
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.util.concurrent.Executors.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    /** The first use starts a thread of the JDK, which holds the class loader of that use for the life of the JVM. */
    @ArchTest
    static final ArchRule noTimersOfTheJdk = noClasses()
            .should()
            .callMethodWhere(calls(CompletableFuture.class, "orTimeout|completeOnTimeout|delayedExecutor"));

    /** The threads of the common pool hold the class loader of their first user, too. */
    @ArchTest
    static final ArchRule noCommonPool = noClasses()
            .should()
            .callMethod(CompletableFuture.class, "supplyAsync", Supplier.class)
            .orShould()
            .callMethod(CompletableFuture.class, "runAsync", Runnable.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ForkJoinPool.class);

    /**
     * Only {@link dev.weir.stream.Tasks} hands over tasks, since it notifies the owner of a refused task. The listed classes
     * hand over tasks themselves, and handle refusals.
     */
    @ArchTest
    static final ArchRule handOverOnlyByTasks = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.weir.runtime", "dev.weir.stream", "dev.weir.upstream..", "dev.weir.inference..")
            .and()
            .haveNameNotMatching("dev\\.weir\\.(process\\.Supervisor|api\\.page\\.PageRedirect|api\\.DetachedListeners"
                    + "|api\\.run\\.RunsResource|api\\.run\\.RunResponder|api\\.run\\.TaskEventsResource|sse\\.ResponsePump|workflow\\.graph\\.JobGraph"
                    + "|component\\.model\\.SharedModels)(\\$.*)?")
            .should()
            .callMethodWhere(calls(Executor.class, "execute|submit|invokeAll"));

    /** A periodic action that throws once would never run again: {@link dev.weir.stream.Timers#every}. */
    @ArchTest
    static final ArchRule periodicTimersOnlyByTimers = noClasses()
            .that()
            .doNotHaveSimpleName("Timers")
            .should()
            .callMethodWhere(calls(ScheduledExecutorService.class, "scheduleWithFixedDelay|scheduleAtFixedRate"));

    /** Differences between servers are in one package. */
    @Test
    void classNamesOfServersStandInOnePackage() throws IOException {
        Pattern names = Pattern.compile(
                "\"(io\\.undertow|org\\.(apache|jboss|glassfish|wildfly)|com\\.(ibm|sun)|fish|io\\.openliberty)\\.");
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> names.matcher(read(file)).find())
                            .map(file -> file.getParent().getFileName().toString()))
                    .isNotEmpty()
                    .containsOnly("server");
        }
    }

    /** A screen lists all files of a package. */
    @Test
    void packagesAreSmallButForTheLanguages() throws IOException {
        // The exceptions: one record for each mapping of the configuration, one reader for each record, and one
        // closed interpreter.
        Set<Path> languages = Set.of(Path.of("config"), Path.of("config/reader"), Path.of("jinja"));
        Path root = Path.of("src/main/java/dev/weir");
        Map<Path, Long> sizes;
        try (Stream<Path> files = Files.walk(root)) {
            sizes = files.filter(file -> file.toString().endsWith(".java"))
                    .collect(Collectors.groupingBy(file -> root.relativize(file.getParent()), Collectors.counting()));
        }
        sizes.keySet().removeAll(languages);
        assertThat(sizes)
                .isNotEmpty()
                .allSatisfy((name, size) -> assertThat(size).isLessThanOrEqualTo(25));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DescribedPredicate<JavaMethodCall> calls(Class<?> type, String names) {
        return DescribedPredicate.describe(
                type.getSimpleName() + "." + names,
                (JavaMethodCall call) -> call.getTargetOwner().isAssignableTo(type)
                        && call.getName().matches(names));
    }

    private static ArchRule onlyIn(String library, String... packages) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }
}
