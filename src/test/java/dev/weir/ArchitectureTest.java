package dev.weir;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;

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
    static final ArchRule security = edges("security", "config", "upstream");

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

    @ArchTest
    static final ArchRule noThreadsOfOurOwn = noClasses()
            .should()
            .callConstructor(Thread.class, Runnable.class)
            .orShould()
            .callConstructor(Thread.class, Runnable.class, String.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.util.concurrent.Executors.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    private static ArchRule onlyIn(String library, String... packages) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }
}
