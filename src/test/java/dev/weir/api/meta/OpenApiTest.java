package dev.weir.api.meta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.api.run.RunsResource;
import dev.weir.api.run.TaskEventsResource;
import dev.weir.api.run.TasksResource;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The description agrees with the application: paths, methods, statuses and problems. */
class OpenApiTest {
    private static final List<Class<?>> RESOURCES = List.of(
            RunsResource.class,
            WorkflowsResource.class,
            TasksResource.class,
            TaskEventsResource.class,
            HealthResource.class,
            MetricsResource.class,
            SchemaResource.class,
            OpenApiResource.class);
    private static final List<Class<? extends Annotation>> METHODS =
            List.of(GET.class, POST.class, DELETE.class, HEAD.class);
    private static final Pattern REFERENCE = Pattern.compile("\\$ref=#/components/(\\w+)/([\\w-]+)");
    private static final Pattern PROBLEM =
            Pattern.compile("type=(urn:weir:problem:[a-z-]+), title=([^,]+), status=(\\d+)");

    private final Map<String, Object> description = read("/api");

    @SuppressWarnings("unchecked") // The keys of mappings are texts in this file.
    private static Map<String, Object> read(String address) {
        try {
            String yaml = new String(OpenApiResource.at(address), StandardCharsets.UTF_8);
            return (Map<String, Object>) new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Map<?, ?> at(String... path) {
        Map<?, ?> there = description;
        for (String key : path) {
            there = (Map<?, ?>) there.get(key);
        }
        return there;
    }

    @Test
    void itHasEveryMethodOfEveryResourceAndNoOther() {
        Set<String> described = new TreeSet<>();
        at("paths")
                .forEach((path, methods) -> ((Map<?, ?>) methods).keySet().forEach(m -> described.add(m + " " + path)));
        Set<String> served = new TreeSet<>();
        for (Class<?> resource : RESOURCES) {
            String base = "/" + resource.getAnnotation(Path.class).value();
            for (Method method : resource.getDeclaredMethods()) {
                Path own = method.getAnnotation(Path.class);
                METHODS.stream()
                        .filter(method::isAnnotationPresent)
                        .forEach(verb -> served.add(verb.getSimpleName().toLowerCase(Locale.ROOT) + " " + base
                                + (own == null ? "" : "/" + own.value())));
            }
        }
        assertThat(described).isEqualTo(served);
    }

    @Test
    void whatItRefersToIsThere() {
        List<String> references = new ArrayList<>();
        Matcher reference = REFERENCE.matcher(description.toString());
        while (reference.find()) {
            references.add(reference.group());
            assertThat(at("components", reference.group(1)).keySet().toString())
                    .as(reference.group())
                    .contains(reference.group(2));
        }
        assertThat(references).hasSizeGreaterThan(40);
    }

    @Test
    void theProblemsOfItsExamplesAreOurs() {
        Map<String, ErrorCode> codes = new LinkedHashMap<>();
        for (ErrorCode code : ErrorCode.values()) {
            codes.put(code.type(), code);
        }
        Matcher problem = PROBLEM.matcher(description.toString());
        int found = 0;
        for (; problem.find(); found++) {
            ErrorCode code = codes.get(problem.group(1));
            assertThat(code).as(problem.group(1)).isNotNull();
            assertThat(problem.group(2)).isEqualTo(code.title());
            assertThat(problem.group(3)).isEqualTo(String.valueOf(code.status()));
        }
        assertThat(found).isGreaterThanOrEqualTo(5);
    }

    @Test
    void aRunMayEndWithTheStatusOfAnyProblemThatAServerHas() {
        Set<String> described = new TreeSet<>();
        at("paths", "/workflows/runs", "post", "responses").keySet().forEach(status -> described.add((String) status));
        assertThat(described)
                .contains(
                        "200", "202", "400", "401", "403", "404", "413", "415", "422", "429", "500", "502", "503",
                        "504");
    }

    @Test
    void everyStatusOfAnErrorHasAProblem() {
        int refusals = 0;
        for (Map<?, ?> operation : operations().values()) {
            for (Map.Entry<?, ?> response : ((Map<?, ?>) operation.get("responses")).entrySet()) {
                Map<?, ?> described = referred((Map<?, ?>) response.getValue());
                boolean toldByItsHeaders = described.get("description").equals("HEAD starts no run");
                if (Integer.parseInt((String) response.getKey()) >= 400 && !toldByItsHeaders) {
                    assertThat(described.get("content").toString())
                            .as("%s of %s", response.getKey(), operation.get("operationId"))
                            .startsWith("{application/problem+json={schema={$ref=#/components/schemas/Problem}");
                    refusals++;
                }
            }
        }
        assertThat(refusals).isGreaterThan(40);
    }

    @Test
    void whatTheGateRefusesIsDescribedOfAllButHealth() {
        operations().forEach((id, operation) -> {
            Map<?, ?> responses = (Map<?, ?>) operation.get("responses");
            List<String> refusals = List.of("401", "403", "429");
            if (id.equals("health")) {
                assertThat(responses.keySet().toString()).doesNotContain(refusals);
            } else {
                assertThat(responses.keySet().toString()).as(id).contains(refusals);
            }
        });
        assertThat(at("components", "responses", "TooMany", "headers").keySet().toString())
                .contains("Retry-After", "RateLimit", "RateLimit-Policy");
        assertThat(at("components", "responses", "Unauthenticated", "headers").toString())
                .contains("WWW-Authenticate");
    }

    @Test
    void itSaysHowCallersAreKnown() {
        String alternatives = description.get("security").toString();
        assertThat(alternatives).startsWith("[{}, ");
        at("components", "securitySchemes")
                .keySet()
                .forEach(scheme -> assertThat(alternatives).contains("{" + scheme + "=[]}"));
        assertThat(at("components", "securitySchemes", "Key").get("name")).isEqualTo("X-API-Key");
        assertThat(at("components", "securitySchemes", "Bearer").get("scheme")).isEqualTo("bearer");
    }

    private Map<String, Map<?, ?>> operations() {
        Map<String, Map<?, ?>> operations = new LinkedHashMap<>();
        for (Object methods : at("paths").values()) {
            for (Object operation : ((Map<?, ?>) methods).values()) {
                Map<?, ?> described = (Map<?, ?>) operation;
                operations.put((String) described.get("operationId"), described);
            }
        }
        return operations;
    }

    private Map<?, ?> referred(Map<?, ?> response) {
        String to = (String) response.get("$ref");
        return to == null ? response : at("components", "responses", to.substring(to.lastIndexOf('/') + 1));
    }

    @Test
    void itTellsTheAddressThatTheApiHasHere() {
        assertThat(read("/weir/v1").get("servers").toString()).contains("url=/weir/v1,");
        assertThat(read("/").get("servers").toString()).contains("url=/,");
        assertThat(description.get("servers").toString()).contains("url=/api,");
    }
}
