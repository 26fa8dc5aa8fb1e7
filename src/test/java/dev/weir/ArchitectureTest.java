package dev.weir;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** The house: which package may use which, and where each outside library may be named. */
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
    static final ArchRule api =
            edges("api", "workflow", "sse", "security", "config", "stream", "binding", "runtime", "files");

    @ArchTest
    static final ArchRule workflow =
            edges("workflow", "component", "security", "config", "filter", "binding", "stream", "runtime");

    @ArchTest
    static final ArchRule component = edges("component", "config", "binding", "stream", "runtime");

    @ArchTest
    static final ArchRule http = edges(
            "component.http",
            "component",
            "component.http.body",
            "component.http.protocol",
            "component.http.error",
            "upstream",
            "process",
            "config",
            "binding",
            "stream",
            "runtime");

    @ArchTest
    static final ArchRule httpBody = edges(
            "component.http.body",
            "component.http.coding",
            "component.http.protocol",
            "component.http.error",
            "binding");

    @ArchTest
    static final ArchRule httpCoding = edges("component.http.coding", "component.http.error");

    @ArchTest
    static final ArchRule httpProtocol = edges("component.http.protocol", "component.http.error", "binding");

    @ArchTest
    static final ArchRule httpError = edges("component.http.error", "upstream", "binding");

    @ArchTest
    static final ArchRule upstream = edges("upstream", "stream");

    @ArchTest
    static final ArchRule model = edges(
            "component.model",
            "component",
            "inference",
            "tokenizer",
            "sampling",
            "hub",
            "process",
            "config",
            "binding",
            "stream",
            "runtime");

    @ArchTest
    static final ArchRule inference = edges("inference", "tokenizer", "sampling", "stream", "files");

    @ArchTest
    static final ArchRule tokenizer = edges("tokenizer", "jinja", "files");

    @ArchTest
    static final ArchRule jinja = edges("jinja");

    @ArchTest
    static final ArchRule hub = edges("hub", "binding", "files", "upstream");

    @ArchTest
    static final ArchRule files = edges("files");

    @ArchTest
    static final ArchRule sampling = edges("sampling");

    @ArchTest
    static final ArchRule security = edges("security", "config", "stream", "upstream");

    @ArchTest
    static final ArchRule config = edges("config", "filter", "binding", "upstream");

    @ArchTest
    static final ArchRule binding = edges("binding");

    @ArchTest
    static final ArchRule filter = edges("filter", "stream");

    @ArchTest
    static final ArchRule stream = edges("stream");

    @ArchTest
    static final ArchRule sse = edges("sse", "stream", "binding");

    @ArchTest
    static final ArchRule runtime = edges("runtime", "config", "stream");

    @ArchTest
    static final ArchRule noCycles = slices().matching("dev.weir.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule jaxRsOnlyAtTheRim = onlyIn("jakarta.ws.rs..", "dev.weir.api", "dev.weir.sse");

    @ArchTest
    static final ArchRule concurrencyUtilitiesOnlyWherePoolsAreMade =
            onlyIn("jakarta.enterprise.concurrent..", "dev.weir.runtime");

    @ArchTest
    static final ArchRule onnxRuntimeOnlyInInference = onlyIn("ai.onnxruntime..", "dev.weir.inference");

    @ArchTest
    static final ArchRule tokensOnlyInSecurity = onlyIn("org.jose4j..", "dev.weir.security");

    @ArchTest
    static final ArchRule httpClientOnlyInUpstream = onlyIn("org.eclipse.jetty..", "dev.weir.upstream");

    @ArchTest
    static final ArchRule yamlOnlyInConfig = onlyIn("org.yaml..", "dev.weir.config");

    @ArchTest
    static final ArchRule processesOnlyInProcess = noClasses()
            .that()
            .resideOutsideOfPackage("dev.weir.process")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ProcessBuilder.class);

    @ArchTest
    static final ArchRule plainCore = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.weir.inference",
                    "dev.weir.tokenizer",
                    "dev.weir.jinja",
                    "dev.weir.sampling",
                    "dev.weir.hub",
                    "dev.weir.process",
                    "dev.weir.security",
                    "dev.weir.upstream",
                    "dev.weir.config",
                    "dev.weir.filter",
                    "dev.weir.files",
                    "dev.weir.binding",
                    "dev.weir.stream")
            .should()
            .dependOnClassesThat(resideInAnyPackage("jakarta..", "org.eclipse.microprofile..")
                    .and(DescribedPredicate.not(resideInAPackage("jakarta.json.."))));

    /** Files of strangers are read as JSON, as templates, and as protocol buffers: no format that makes objects of classes. */
    @ArchTest
    static final ArchRule noSerializedObjects =
            noClasses().should().dependOnClassesThat().areAssignableTo(java.io.ObjectInputStream.class);

    /** A thread that is not the server's sees no application, or holds it after its end. */
    @ArchTest
    static final ArchRule noThreadsOfOurOwn = noClasses()
            .should()
            .callConstructorWhere(DescribedPredicate.describe(
                    "makes a thread outside dev.weir.runtime.ServerThreads",
                    (JavaConstructorCall call) -> call.getTargetOwner().isEquivalentTo(Thread.class)
                            && !call.getOriginOwner().getName().equals("dev.weir.runtime.ServerThreads")))
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.util.concurrent.Executors.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    /** The JDK's thread for these belongs to its first user, and holds that user's class loader for as long as the JVM lives. */
    @ArchTest
    static final ArchRule noTimersOfTheJdk = noClasses()
            .should()
            .callMethodWhere(calls(CompletableFuture.class, "orTimeout|completeOnTimeout|delayedExecutor"));

    /** The common pool's threads, too. */
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
     * Tasks are handed over by {@link dev.weir.stream.Tasks} alone, which tells the owner of a task that no thread takes. These
     * classes hand over by themselves, and see to that.
     */
    @ArchTest
    static final ArchRule handOverOnlyByTasks = noClasses()
            .that()
            .resideOutsideOfPackages("dev.weir.runtime", "dev.weir.stream", "dev.weir.upstream", "dev.weir.inference")
            .and()
            .haveNameNotMatching("dev\\.weir\\.(process\\.Supervisor|api\\.PageRedirect|api\\.DetachedListeners"
                    + "|api\\.RunsResource|api\\.Responder|api\\.TaskEventsResource|sse\\.Relay|workflow\\.JobGraph"
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
