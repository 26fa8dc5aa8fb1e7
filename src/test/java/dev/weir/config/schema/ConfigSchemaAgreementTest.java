package dev.weir.config.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.Excerpt;
import dev.weir.config.reader.ChapterTest;
import dev.weir.config.reader.ConfigReader;
import dev.weir.config.reader.LoadResult;
import dev.weir.config.yaml.Problem;
import dev.weir.config.yaml.ProblemList;
import dev.weir.config.yaml.SourceText;
import dev.weir.config.yaml.YamlNode;
import dev.weir.config.yaml.YamlParser;
import dev.weir.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JSON Schema and the reader agree on the keys of every mapping, and on every configuration that the reader accepts. */
@Tag("slow")
class ConfigSchemaAgreementTest {
    private static final Map<String, Object> SCHEMA = JsonSchemaGenerator.generate();
    /** The most characters of a remedy. */
    private static final int LONGEST = 500;

    private static final int MUTATIONS = 4000;

    @TempDir
    Path folder;

    /** A mapping of each kind that the reader accepts, and the key that no mapping has. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            root              | {__none__: 1}
            http-controller   | {controller: {__none__: 1}}
            http-adapter      | {controller: {adapter: {__none__: 1}}}
            webui             | {controller: {webui: {__none__: 1}}}
            api-key-auth      | {controller: {auth: {type: api-key, __none__: 1}}}
            key               | {controller: {auth: {type: api-key, keys: {a: {__none__: 1}}}}}
            jwt-auth          | {controller: {auth: {type: jwt, __none__: 1}}}
            container-auth    | {controller: {auth: {type: container, __none__: 1}}}
            caller-limits     | {controller: {limits: {__none__: 1}}}
            limits            | {controller: {limits: {per_address: {__none__: 1}}}}
            limits            | {workflow: {limits: {__none__: 1}}}
            workflow          | {workflow: {__none__: 1}}
            deny-list-filter  | {workflow: {filters: [{type: deny-list, __none__: 1}]}}
            regex-filter      | {workflow: {filters: {type: regex, __none__: 1}}}
            pii-filter        | {workflow: {filters: {type: pii, __none__: 1}}}
            action-job        | {workflow: {jobs: {a: {__none__: 1}}}}
            delay-job         | {workflow: {jobs: {a: {type: delay, __none__: 1}}}}
            if-job            | {workflow: {jobs: {a: {type: if, operator: eq, __none__: 1}}}}
            branch            | {workflow: {jobs: {a: {type: if, conditions: [{__none__: 1}]}}}}
            switch-job        | {workflow: {jobs: {a: {type: switch, then: b, __none__: 1}}}}
            case              | {workflow: {jobs: {a: {type: switch, cases: {__none__: 1}}}}}
            random-router-job | {workflow: {jobs: {a: {type: random-router, __none__: 1}}}}
            route             | {workflow: {jobs: {a: {type: random-router, routings: [{__none__: 1}]}}}}
            filter-job        | {workflow: {jobs: {a: {type: filter, __none__: 1}}}}
            for-each-job      | {workflow: {jobs: {a: {type: for-each, __none__: 1}}}}
            for-each-call     | {workflow: {jobs: {a: {type: for-each, do: {__none__: 1}}}}}
            workflow-component | {component: {type: workflow, __none__: 1}}
            workflow-action   | {component: {type: workflow, actions: [{__none__: 1}]}}
            predicate         | {workflow: {jobs: {a: {type: filter, where: {__none__: 1}}}}}
            http-client       | {component: {type: http-client, __none__: 1}}
            tls               | {component: {type: http-client, tls: {__none__: 1}}}
            tls               | {component: {type: http-server, tls: {__none__: 1}}}
            http-action       | {component: {type: http-client, action: {__none__: 1}}}
            polling           | {component: {type: http-client, completion: {__none__: 1}}}
            http-server       | {component: {type: http-server, __none__: 1}}
            http-action       | {component: {type: http-server, actions: [{__none__: 1}]}}
            manage            | {component: {type: http-server, manage: {__none__: 1}}}
            scripts           | {component: {type: http-server, scripts: {__none__: 1}}}
            healthcheck       | {component: {type: http-server, healthcheck: {__none__: 1}}}
            model             | {component: {type: model, __none__: 1}}
            model-action      | {component: {type: model, actions: [{__none__: 1}]}}
            params            | {component: {type: model, params: {__none__: 1}}}
            quantization      | {component: {type: model, quantization: {__none__: 1}}}
            local-model       | {component: {type: model, model: {provider: local, __none__: 1}}}
            hub-model         | {component: {type: model, model: {provider: huggingface, __none__: 1}}}
            shell             | {component: {type: shell, __none__: 1}}
            shell-action      | {component: {type: shell, actions: [{__none__: 1}]}}
            shell-manage      | {component: {type: shell, manage: {__none__: 1}}}
            shell-scripts     | {component: {type: shell, manage: {scripts: {__none__: 1}}}}
            text-splitter     | {component: {type: text-splitter, __none__: 1}}
            sentence-splitter | {component: {type: sentence-splitter, __none__: 1}}
            text-splitter-action     | {component: {type: text-splitter, action: {__none__: 1}}}
            sentence-splitter-action | {component: {type: sentence-splitter, actions: [{__none__: 1}]}}
            """)
    void theKeysAreThoseThatTheReaderAsksFor(String definition, String text) throws IOException {
        Path file = Files.writeString(folder.resolve("model-compose.yml"), text);

        LoadResult.Rejected rejected = (LoadResult.Rejected) ConfigReader.read(List.of(file), Map.of());

        assertThat(rejected.problems())
                .filteredOn(problem -> problem.message().equals("unknown key '__none__'"))
                .extracting(Problem::remedy)
                .containsExactly(Excerpt.of("the keys here are " + String.join(", ", keys(definition)), LONGEST));
    }

    @Test
    void everythingThatTheReaderTakesIsTaken() throws IOException {
        List<Object> seeds = new ArrayList<>();
        for (String block : ChapterTest.blocks()) {
            seeds.add(plain(ChapterTest.framed(block)));
        }
        Object everyShape = plain(Files.readString(Path.of("src/test/resources/config/every-shape.yml")));
        assertIsTaken(everyShape);
        Random random = new Random(11);
        int taken = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            Object mutated = i % 2 == 0 ? everyShape : seeds.get(random.nextInt(seeds.size()));
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                mutated = new Mutation(random).of(mutated);
            }
            taken += isTakenIfTheReaderDoes(mutated) ? 1 : 0;
        }
        assertThat(taken).as("mutations that the reader takes").isGreaterThan(MUTATIONS / 10);
    }

    private Object plain(String text) {
        YamlNode root =
                new YamlParser(new SourceText(folder.resolve("model-compose.yml"), text), new ProblemList()).parse();
        return Objects.requireNonNull(root).plain();
    }

    private void assertIsTaken(Object configuration) throws IOException {
        Path file = Files.writeString(folder.resolve("model-compose.yml"), Json.write(configuration));

        assertThat(ConfigReader.read(List.of(file), Map.of())).isInstanceOf(LoadResult.Loaded.class);
        assertThat(SchemaCheck.faults(configuration)).isEmpty();
    }

    private boolean isTakenIfTheReaderDoes(Object configuration) throws IOException {
        Path file = Files.writeString(folder.resolve("model-compose.yml"), Json.write(configuration));
        boolean taken = ConfigReader.read(List.of(file), Map.of()) instanceof LoadResult.Loaded;
        if (taken) {
            assertThat(SchemaCheck.faults(configuration))
                    .as(Json.write(configuration))
                    .isEmpty();
        }
        return taken;
    }

    /** One change at a random place in a tree of plain values. */
    private record Mutation(Random random) {
        private static final List<Object> VALUES = List.of(
                "text",
                "a/b",
                "${input.x}",
                "${env.X | 5}",
                "5",
                "5s",
                "yes",
                "delay",
                true,
                0,
                1,
                -1,
                0.5,
                70_000,
                List.of(),
                List.of("a"),
                List.of(List.of("a")),
                Map.of(),
                Map.of("a", "b"),
                Map.of("id", "x"));

        Object of(Object value) {
            if (value instanceof Map<?, ?> map && !map.isEmpty() && random.nextInt(8) > 0) {
                return ofMap(map);
            } else if (value instanceof List<?> list && !list.isEmpty() && random.nextInt(8) > 0) {
                List<Object> mutated = new ArrayList<>(list);
                int at = random.nextInt(list.size());
                mutated.set(at, of(list.get(at)));
                return random.nextInt(10) == 0 ? mutated.get(at) : mutated;
            }
            return VALUES.get(random.nextInt(VALUES.size()));
        }

        private Map<String, Object> ofMap(Map<?, ?> map) {
            Map<String, Object> mutated = new LinkedHashMap<>();
            int at = random.nextInt(map.size());
            int i = 0;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (i++ != at) {
                    mutated.put((String) entry.getKey(), entry.getValue());
                } else if (random.nextInt(6) > 0) {
                    mutated.put((String) entry.getKey(), of(entry.getValue()));
                }
            }
            return mutated;
        }
    }

    @SuppressWarnings("unchecked")
    private static Set<String> keys(String definition) {
        Map<String, Object> definitions = (Map<String, Object>) SCHEMA.get("$defs");
        Map<String, Object> mapping =
                definition.equals("root") ? SCHEMA : (Map<String, Object>) definitions.get(definition);
        return new TreeSet<>(((Map<String, Object>) mapping.get("properties")).keySet());
    }
}
