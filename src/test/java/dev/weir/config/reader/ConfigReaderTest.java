package dev.weir.config.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.binding.Bindings;
import dev.weir.binding.Condition;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.config.ActionJob;
import dev.weir.config.ComposeConfig;
import dev.weir.config.ControllerConfig;
import dev.weir.config.FilterJob;
import dev.weir.config.HttpAction;
import dev.weir.config.HttpClientConfig;
import dev.weir.config.HttpServerConfig;
import dev.weir.config.HttpTransport;
import dev.weir.config.HttpVersion;
import dev.weir.config.JobConfig;
import dev.weir.config.ModelAction;
import dev.weir.config.ModelConfig;
import dev.weir.config.RandomRouterJob;
import dev.weir.config.StreamFormat;
import dev.weir.config.StreamFraming;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.yaml.Location;
import dev.weir.config.yaml.Problem;
import dev.weir.json.Json;
import dev.weir.upstream.Certificates;
import dev.weir.upstream.tls.TlsMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
    private static final String CLIENT = "component: {type: http-client, endpoint: 'http://localhost/'}\n";

    private static final String BLOCK = "component:\n  type: http-client\n  endpoint: http://localhost/\n";

    @TempDir
    Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private LoadResult.Loaded loaded(String text) throws IOException {
        return loaded(List.of(file("model-compose.yml", text)), Map.of());
    }

    private static LoadResult.Loaded loaded(List<Path> files, Map<String, String> environment) {
        LoadResult result = ConfigReader.read(files, environment);
        if (result instanceof LoadResult.Loaded loaded) {
            return loaded;
        }
        throw new AssertionError(((LoadResult.Rejected) result).problems().toString());
    }

    private ComposeConfig config(String text) throws IOException {
        return loaded(text).config();
    }

    private static @Nullable Object constant(@Nullable Template template) {
        return template == null ? null : template.render(Bindings.empty());
    }

    private static HttpAction action(ComposeConfig config) {
        return ((HttpClientConfig) config.components().get(0)).actions().get(0);
    }

    @Test
    void theFilesThatItNamesAreToldBeTheyThereOrNot() throws IOException {
        Path words = file("words.txt", "secret\n");
        Path key = folder.resolve("secrets/alice");
        String filtered = """
                workflow: {component: c, filters: [{type: deny-list, file: ./words.txt}]}
                component: {id: c, type: http-client, endpoint: 'http://localhost/'}
                """;
        assertThat(loaded(filtered).files()).containsExactly(words);

        String keys = "controller: {auth: {type: api-key, keys: {alice: {file: secrets/alice}}}}\n" + filtered;
        LoadResult rejected = ConfigReader.read(List.of(file("model-compose.yml", keys)), Map.of());
        assertThat(rejected).isInstanceOf(LoadResult.Rejected.class);
        assertThat(rejected.files()).containsExactlyInAnyOrder(words, key);

        Path issuer = file("issuer.json", "{}");
        String tokens =
                "controller: {auth: {type: jwt, issuer: 'https://i.example', audience: weir, jwks: issuer.json}}\n"
                        + filtered;
        assertThat(loaded(tokens).files()).containsExactlyInAnyOrder(issuer, words);
    }

    @Test
    void aKeyOfTheComponentIsKnownAlsoWhereEveryActionHasItsOwn() throws IOException {
        ComposeConfig config = config("""
                workflow: {title: T}
                component: {type: http-client, stream_format: json, action: {endpoint: x, stream_format: text}}
                """);

        assertThat(action(config).streamFormat()).isEqualTo(StreamFormat.TEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "workflow: {title: T}\ncomponent: {type: http-client, endpoint: x}\n",
                "workflows: {title: T}\ncomponents: {type: http-client, endpoint: x}\n",
                "workflows: [{title: T}]\ncomponents: [{type: http-client, endpoint: x}]\n",
                "workflow: [{title: T}]\ncomponent: [{type: http-client, endpoint: x}]\n",
                "workflows: {w: {title: T}}\ncomponents: {c: {type: http-client, endpoint: x}}\n",
                "workflow: {title: T, jobs: [{id: j}]}\ncomponent: {type: http-client, action: {endpoint: x}}\n",
                "workflow: {title: T, jobs: {j: {}}}\ncomponent: {type: http-client, actions: {a: {endpoint: x}}}\n",
                "workflow: {title: T, job: {id: j}}\ncomponent: {type: http-client, actions: [{endpoint: x}]}\n",
                "workflow: {title: T, component: {type: http-client, endpoint: x}}\n",
                "workflow: {title: T, jobs: [{component: {type: http-client, action: {endpoint: x}}}]}\n",
            })
    void everyShapeGivesTheSame(String text) throws IOException {
        ComposeConfig config = config(text);

        assertThat(config.defaultWorkflow()).map(WorkflowConfig::title).contains("T");
        ActionJob job = (ActionJob) config.workflows().get(0).jobs().get(0);
        assertThat(config.component(job.componentId())).isPresent();
        assertThat(config.component(job.componentId()).orElseThrow().action(job.actionId()))
                .isPresent();
        assertThat(constant(action(config).endpoint())).isEqualTo("x");
    }

    @Test
    void theControllerMayHaveItsServerSettingsInAnAdapter() throws IOException {
        String settings =
                "type: http-server, host: 127.0.0.1, port: 8080, base_path: v1/, origins: 'https://a.org, https://b.org'";

        ControllerConfig flat =
                config("controller: {" + settings + """
                , max_concurrent_count: 3, webui: {driver: gradio, port: 8081}}
                workflow: {}
                """ + CLIENT).controller();
        ControllerConfig nested =
                config("controller: {adapter: {" + settings + """
                }, max_concurrent_count: 3, webui: {port: 8081}}
                workflow: {}
                """ + CLIENT).controller();

        assertThat(nested).isEqualTo(flat);
        assertThat(flat.host()).contains("127.0.0.1");
        assertThat(flat.port()).contains(8080);
        assertThat(flat.basePath()).isEqualTo("/v1");
        assertThat(flat.origins()).containsExactly("https://a.org", "https://b.org");
        assertThat(flat.maxConcurrentCount()).isEqualTo(3);
        assertThat(flat.webUi())
                .contains(new ControllerConfig.WebUiConfig("gradio", Optional.empty(), Optional.of(8081)));
        assertThat(config("workflow: {}\n" + CLIENT).controller().basePath()).isEqualTo("/api");
    }

    @Test
    void laterFilesOverrideEarlierOnesKeyByKey() throws IOException {
        Path base = file("base.yml", """
                workflow: {title: Base, description: Kept}
                component:
                  type: http-client
                  endpoint: http://one/
                  body: {list: [1, 2], keep: a}
                """);

        Path over = file("over.yml", """
                workflow: {title: Over}
                component:
                  endpoint: http://two/
                  body: {list: [3]}
                """);

        ComposeConfig config = loaded(List.of(base, over), Map.of()).config();

        assertThat(config.workflows().get(0).title()).isEqualTo("Over");
        assertThat(config.workflows().get(0).description()).isEqualTo("Kept");
        assertThat(constant(action(config).endpoint())).isEqualTo("http://two/");
        assertThat(Json.write(constant(action(config).body()))).isEqualTo("{\"list\":[3],\"keep\":\"a\"}");
        assertThat(config.baseDirectory()).isEqualTo(folder.toAbsolutePath());
    }

    @Test
    void problemsOfAllFilesAreReportedTogetherEachInItsFile() throws IOException {
        Path one = file("one.yml", "workflow: {titel: T}\n");
        Path two = file("two.yml", "\ncomponent: {type: http-client, endpoint: x, methd: GET}\n");

        LoadResult result = ConfigReader.read(List.of(one, two, folder.resolve("three.yml")), Map.of());

        assertThat(((LoadResult.Rejected) result).problems())
                .extracting(problem -> problem.location().toString())
                .containsExactly(one + ":1:12", folder.resolve("three.yml") + ":1:1", two + ":2:45");
    }

    @Test
    void theEnvironmentWinsOverTheDotEnvFile() throws IOException {
        file(".env", """
                # comment
                export HOST=from-file   # trailing
                TIMEOUT="30s"
                QUOTED='a # b'
                CHUNK=4096
                ESCAPED="a\\nb \\"c\\""
                EMPTY=
                """);
        Path file = file("model-compose.yml", """
                workflow: {}
                component:
                  type: http-client
                  endpoint: http://${env.HOST}/${env.QUOTED}/${env.ESCAPED}
                  timeout: ${env.TIMEOUT}
                  max_retries: ${env.RETRIES | 2}
                  chunk_size: ${env.CHUNK}
                """);

        ComposeConfig config =
                loaded(List.of(file), Map.of("HOST", "from-process")).config();

        assertThat(action(config).endpoint().render(Bindings.empty().withEnvironment(config.environment())))
                .isEqualTo("http://from-process/a # b/a\nb \"c\"");
        HttpTransport transport = ((HttpClientConfig) config.components().get(0)).transport();
        assertThat(transport.timeout()).contains(Duration.ofSeconds(30));
        assertThat(transport.maxRetries()).isEqualTo(2);
        assertThat(action(config).chunkSize()).isEqualTo(4096);
        assertThat(config.environment().mask("x from-process y")).isEqualTo("x *** y");
    }

    @Test
    void variablesThatAreNotSetAreListedInOneWarning() throws IOException {
        LoadResult.Loaded loaded = loaded("""
                workflow: {}
                component:
                  type: http-client
                  endpoint: ${env.B_URL}
                  headers: {a: '${env.A_KEY}', b: '${env.C | c}', c: '${env.A_KEY}'}
                """);

        assertThat(loaded.warnings()).hasSize(1);
        assertThat(loaded.warnings().get(0).message()).isEqualTo("environment variables are not set: A_KEY, B_URL");
    }

    @Test
    void whatModelComposeHasAndWeirHasNotIsAWarning() throws IOException {
        LoadResult.Loaded loaded = loaded("""
                workflow: {}
                listeners: []
                gateway: {type: x}
                logger: {type: console}
                component: {type: http-client, endpoint: x, runtime: docker}
                """);

        assertThat(loaded.warnings())
                .extracting(Problem::path)
                .containsExactlyInAnyOrder("listeners", "gateway", "logger", "component.runtime");
    }

    @Test
    void scalarsMeanWhatYaml12Says() throws IOException {
        ComposeConfig config = config("""
                workflow: {}
                component:
                  type: http-client
                  endpoint: x
                  body:
                    - [yes, no, on, off, 12:30:45, 2024-01-01, 1_000, 0777, 0o17, 0x1F, ~, null, True]
                    - [1, -2.50, 1e3, .5, '1', !!str 2, "true", 123456789012]
                """);

        assertThat(Json.write(constant(action(config).body())))
                .isEqualTo(
                        "[[\"yes\",\"no\",\"on\",\"off\",\"12:30:45\",\"2024-01-01\",\"1_000\",777,15,31,null,null,true],"
                                + "[1,-2.50,1000,0.5,\"1\",\"2\",\"true\",123456789012]]");
    }

    @Test
    void anchorsAliasesAndMergeKeysWork() throws IOException {
        ComposeConfig config = config("""
                x-common: &common {method: GET, headers: {A: one}}
                workflow: {component: b}
                components:
                  - {<<: *common, id: a, type: http-client, endpoint: x}
                  - {<<: [*common], id: b, type: http-client, endpoint: y, method: PUT}
                """);

        assertThat(action(config).method()).isEqualTo("GET");
        assertThat(constant(action(config).headers().get("A"))).isEqualTo("one");
        assertThat(((HttpClientConfig) config.components().get(1))
                        .actions()
                        .get(0)
                        .method())
                .isEqualTo("PUT");
    }

    @Test
    void anActionTakesFromItsComponentWhatItLacks() throws IOException {
        ComposeConfig config = config("""
                workflow: {action: b}
                component:
                  type: http-client
                  base_url: http://x
                  method: GET
                  headers: {Accept: text/plain, X-Key: k}
                  stream_format: json
                  actions:
                    - {id: a, path: /a}
                    - {id: b, path: /b, method: PATCH, headers: {accept: image/png}, default: true}
                """);

        List<HttpAction> actions = ((HttpClientConfig) config.components().get(0)).actions();
        assertThat(actions).extracting(HttpAction::method).containsExactly("GET", "PATCH");
        assertThat(actions).extracting(HttpAction::streamFormat).containsOnly(StreamFormat.JSON);
        assertThat(actions.get(0).headers()).containsOnlyKeys("Accept", "X-Key");
        assertThat(actions.get(1).headers()).containsOnlyKeys("accept", "X-Key");
        assertThat(actions).extracting(HttpAction::isDefault).containsExactly(false, true);
    }

    @ParameterizedTest
    @CsvSource({"60, 60000", "0.5, 500", "500ms, 500", "30s, 30000", "2m, 120000", "1h, 3600000", "1 d, 86400000"})
    void spansOfTimeAreWrittenInManyWays(String written, long millis) throws IOException {
        ComposeConfig config =
                config("workflow: {}\ncomponent: {type: http-client, endpoint: x, timeout: " + written + "}\n");

        assertThat(((HttpClientConfig) config.components().get(0)).transport().timeout())
                .contains(Duration.ofMillis(millis));
    }

    @Test
    void modelsAreFoundInTheHubOrBesideTheConfiguration() throws IOException {
        String model = "  - {id: %s, type: model, task: text-generation, text: hi, model: %s}\n";
        ComposeConfig config = config("workflow: {component: a}\ncomponents:\n"
                + model.formatted("a", "gpt2")
                + model.formatted("b", "Helsinki-NLP/opus-mt-ko-en")
                + model.formatted("c", "./models/x")
                + model.formatted("d", "/srv/models/y")
                + model.formatted("e", "{provider: local, path: models/z}")
                + model.formatted("f", "{repository: o/n, revision: v1, local_files_only: yes, cache_dir: cache}"));

        assertThat(config.components())
                .extracting(component -> ((ModelConfig) component).model().toString())
                .containsExactly(
                        "gpt2",
                        "Helsinki-NLP/opus-mt-ko-en",
                        folder.toAbsolutePath().resolve("models/x").toString(),
                        "/srv/models/y",
                        folder.toAbsolutePath().resolve("models/z").toString(),
                        "o/n@v1");
    }

    @Test
    void modelActionsKeepTheirValuesAndTemplates() throws IOException {
        ComposeConfig config = config("""
                workflow: {}
                component:
                  type: model
                  task: chat-completion
                  model: gpt2
                  messages: [{role: user, content: '${input.message as text}'}]
                  streaming: ${input.stream | false}
                  stop_sequences: ['###']
                  max_output_length: 5
                  params: {temperature: 0.7, seed: '${input.seed}'}
                """);

        ModelAction action =
                ((ModelConfig) config.components().get(0)).actions().get(0);
        assertThat(action.params().keySet()).containsExactly("max_output_length", "temperature", "seed");
        assertThat(action.streaming().render(Bindings.empty())).isEqualTo(false);
        assertThat(action.streaming().render(Bindings.empty().with(Source.INPUT, Map.of("stream", true))))
                .isEqualTo(true);
        assertThat(constant(action.stopSequences())).isEqualTo(List.of("###"));
    }

    @Test
    void manyBeamsAreAWarningWhereTextStreams() throws IOException {
        LoadResult.Loaded loaded = loaded("""
                workflow: {}
                component:
                  type: model
                  task: translation
                  model: gpt2
                  text: hi
                  streaming: true
                  params: {num_beams: 4}
                """);

        assertThat(loaded.warnings()).extracting(Problem::path).containsExactly("component.params.num_beams");
    }

    @Test
    void aServerIsStartedByWordsOrByScripts() throws IOException {
        ComposeConfig config = config("""
                workflow: {component: a}
                components:
                  - {id: a, type: http-server, start: [vllm, serve, --port, 8000], path: /x, working_dir: run,
                     env: {A: 1}, healthcheck: {path: health, interval: 2s}}
                  - id: b
                    type: http-server
                    port: 9000
                    base_path: /v1/
                    path: /x
                    manage:
                      working_dir: /srv
                      scripts:
                        install: [[pip, install, x], [pip, check]]
                        start: [python, app.py]
                """);

        HttpServerConfig a = (HttpServerConfig) config.components().get(0);
        HttpServerConfig b = (HttpServerConfig) config.components().get(1);
        assertThat(a.process().start()).containsExactly(List.of("vllm", "serve", "--port", "8000"));
        assertThat(a.process().workingDirectory())
                .isEqualTo(folder.toAbsolutePath().resolve("run"));
        assertThat(a.process().environment()).isEqualTo(Map.of("A", "1"));
        assertThat(a.healthCheck().path()).isEqualTo("/health");
        assertThat(a.port()).isEqualTo(8000);
        assertThat(b.process().install()).containsExactly(List.of("pip", "install", "x"), List.of("pip", "check"));
        assertThat(b.process().start()).containsExactly(List.of("python", "app.py"));
        assertThat(b.basePath()).isEqualTo("/v1");
    }

    @Test
    void jobsDependOnThoseTheyNameReferToAndAreRoutedToBy() throws IOException {
        ComposeConfig config = config("""
                workflow:
                  jobs:
                    - id: a
                    - id: b
                      depends_on: a
                    - {id: c, input: '${jobs.b.output.x}', condition: "${jobs.a.output == 'x'}"}
                    - {id: d, type: switch, input: '${jobs.c.output}', cases: [{value: 1, then: e}], otherwise: f}
                    - id: e
                    - id: f
                """ + CLIENT);

        assertThat(config.workflows().get(0).jobs())
                .extracting(JobConfig::dependsOn)
                .containsExactly(Set.of(), Set.of("a"), Set.of("a", "b"), Set.of("c"), Set.of("d"), Set.of("d"));
        assertThat(config.workflows().get(0).job("d").orElseThrow().targets()).containsExactly("e", "f");
    }

    @ParameterizedTest
    @CsvSource({"true, true", "yes, true", "On, true", "false, false", "no, false", "OFF, false"})
    void booleansAreAlsoWrittenAsYesAndNo(String written, boolean meant) throws IOException {
        ComposeConfig config = config(
                "workflow: {default: %1$s}\ncomponent: {type: model, task: translation, model: m, text: hi, streaming: %1$s}\n"
                        .formatted(written));

        assertThat(config.workflows().get(0).isDefault()).isEqualTo(meant);
        assertThat(constant(((ModelConfig) config.components().get(0))
                        .actions()
                        .get(0)
                        .streaming()))
                .isEqualTo(meant);
    }

    @Test
    void chunksWithoutStreamingAreAWarning() throws IOException {
        LoadResult.Loaded loaded = loaded("""
                workflow: {}
                component: {type: model, task: text-generation, model: gpt2, text: hi, output: '${result[]}'}
                """);

        assertThat(loaded.warnings()).extracting(Problem::path).containsExactly("component.output");
    }

    @Test
    void aStreamThatAnotherJobNeedsIsAWarning() throws IOException {
        LoadResult.Loaded loaded = loaded("""
                workflow:
                  jobs:
                    - id: draft
                    - {id: polish, input: '${jobs.draft.output}'}
                component: {type: http-client, endpoint: x, stream_format: json, output: '${response[].text}'}
                """);

        assertThat(loaded.warnings())
                .extracting(warning -> warning.path() + ": " + warning.message())
                .containsExactly("workflow.jobs[0]: the job streams, but is collected first: it is not the last,"
                        + " polish waits for it");
    }

    @Test
    void jobsOfEveryKindAreRead() throws IOException {
        ComposeConfig config = config("""
                workflow:
                  jobs:
                    - {id: wait, type: delay, duration: 500ms}
                    - {id: at, type: delay, mode: specific-time, time: '2030-01-01T00:00:00', timezone: Asia/Seoul}
                    - {id: if, type: if, input: 5, operator: gt, value: 3, if_true: x, if_false: y}
                    - {id: any, type: random-router, mode: weighted, routings: [{to: x, weight: 3}, {target: y}]}
                    - id: keep
                      type: filter
                      input: ${input.items}
                      where:
                        any:
                          - {input: '${item.age}', operator: gte, value: 18}
                          - not: {input: '${item.name}', operator: starts-with, value: a}
                    - {id: x, repeat_count: 2}
                    - {id: y, type: component}
                """ + CLIENT);

        List<JobConfig> jobs = config.workflows().get(0).jobs();
        assertThat(jobs)
                .extracting(job -> job.getClass().getSimpleName())
                .containsExactly(
                        "DelayJob", "DelayJob", "IfJob", "RandomRouterJob", "FilterJob", "ActionJob", "ActionJob");
        assertThat(((RandomRouterJob) jobs.get(3)).routes())
                .containsExactly(new RandomRouterJob.Route("x", 3), new RandomRouterJob.Route("y", 1));
        Condition where = ((FilterJob) jobs.get(4)).where();
        assertThat(where.test(Bindings.empty().with(Source.ITEM, Map.of("name", "ada", "age", 36))))
                .isTrue();
        assertThat(where.test(Bindings.empty().with(Source.ITEM, Map.of("name", "ada", "age", 3))))
                .isFalse();
        assertThat(where.test(Bindings.empty().with(Source.ITEM, Map.of("name", "bob", "age", 3))))
                .isTrue();
    }

    @Test
    void filesOver4MebibytesAndFilesThatAreNotUtf8AreRefused() throws IOException {
        Path large = file("large.yml", "a: " + "x".repeat(5 << 20));
        Path latin = Files.write(folder.resolve("latin.yml"), new byte[] {'a', ':', ' ', (byte) 0xe9});

        LoadResult result = ConfigReader.read(List.of(large, latin), Map.of());

        assertThat(((LoadResult.Rejected) result).problems())
                .extracting(Problem::message)
                .containsExactly("the file is too large (at most 4194304 bytes, has 5242883)", "the file is not UTF-8")
                .doesNotContainNull();
    }

    @Test
    void aByteOrderMarkAndWindowsLineEndsAreNoTrouble() throws IOException {
        ComposeConfig config =
                config("\uFEFFworkflow:\r\n  title: T\r\ncomponent:\r\n  type: http-client\r\n  endpoint: x\r\n");

        assertThat(config.workflows().get(0).title()).isEqualTo("T");
    }

    @Test
    void linesOfDotEnvThatAreNoneAreWarnings() throws IOException {
        file(".env", "A=1\n=nonsense\n");
        Path file = file("model-compose.yml", "workflow: {}\n" + CLIENT);

        assertThat(loaded(List.of(file), Map.of()).warnings())
                .extracting(Problem::toString)
                .containsExactly(
                        folder.resolve(".env")
                                + ":2:1: the line is not NAME=value and is ignored; write NAME=value, with both quotes or none");
    }

    @Test
    void noFileAtAllIsAMistakeOfTheCaller() {
        assertThatThrownBy(() -> ConfigReader.read(List.of(), Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private static HttpTransport transport(ComposeConfig config) {
        return ((HttpClientConfig) config.components().get(0)).transport();
    }

    @ParameterizedTest
    @CsvSource({
        "1, HTTP_1_1",
        "1.1, HTTP_1_1",
        "'\"1.1\"', HTTP_1_1",
        "2, HTTP_2",
        "'\"2\"', HTTP_2",
        "auto, AUTO",
        "'\"${env.VERSION | 2}\"', HTTP_2",
        "'\"${env.VERSION | 1.1}\"', HTTP_1_1",
    })
    void aComponentSpeaksTheVersionThatItNames(String written, HttpVersion version) throws IOException {
        ComposeConfig config = config("workflow: {}\ncomponent: {type: http-client, endpoint: 'https://localhost/', "
                + "http_version: " + written + "}\n");
        assertThat(transport(config).httpVersion()).isEqualTo(version);
    }

    @Test
    void withoutThemTheVersionIsOneAndTheCertificatesAreTheJvms() throws IOException {
        HttpTransport transport = transport(config("workflow: {}\n" + CLIENT));
        assertThat(transport.httpVersion()).isEqualTo(HttpVersion.HTTP_1_1);
        assertThat(transport.tls()).isEqualTo(TlsMaterial.OF_THE_JVM);
        assertThat(action(config("workflow: {}\n" + CLIENT)).streamFraming()).isEqualTo(StreamFraming.AUTO);
    }

    @Test
    void anyVersionGoesWithAUrlThatAnInputOrAVariableDecides() throws IOException {
        ComposeConfig config = config("""
                workflow: {}
                component: {type: http-client, base_url: '${env.BASE | http://localhost}', path: /, http_version: 2}
                """);
        assertThat(transport(config).httpVersion()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(transport(config("workflow: {}\ncomponent: {type: http-client, endpoint: 'http://localhost/', "
                                + "http_version: auto}\n"))
                        .httpVersion())
                .isEqualTo(HttpVersion.AUTO);
    }

    @Test
    void aFramingIsInheritedAsTheFormatIs() throws IOException {
        ComposeConfig config = config("""
                workflow: {component: c, action: a}
                component:
                  id: c
                  type: http-client
                  stream_format: json
                  stream_framing: lines
                  actions:
                    - {id: a, endpoint: 'http://localhost/'}
                    - {id: b, endpoint: 'http://localhost/', stream_framing: sse}
                    - {id: d, endpoint: 'http://localhost/', stream_format: text, stream_framing: bytes}
                """);
        assertThat(((HttpClientConfig) config.components().get(0)).actions())
                .extracting(HttpAction::streamFraming)
                .containsExactly(StreamFraming.LINES, StreamFraming.SSE, StreamFraming.BYTES);
    }

    @Test
    void certificatesAreReadWithTheConfiguration() throws Exception {
        Certificates made = new Certificates(folder).issue("client", "EC", "dns:client.example");
        made.authorityFile();
        made.chainFile("client");
        made.keyFile("client");
        LoadResult.Loaded loaded = loaded(List.of(file("model-compose.yml", """
                workflow: {}
                component:
                  type: http-client
                  endpoint: https://localhost/
                  tls: {ca: authority.pem, certificate: ./client.pem, key: '${env.CLIENT_KEY}'}
                """)), Map.of("CLIENT_KEY", "client.key"));
        TlsMaterial tls = transport(loaded.config()).tls();

        assertThat(tls.authorities()).hasSize(1);
        assertThat(tls.client().orElseThrow()).hasToString("CN=client");
        assertThat(tls.verifies()).isTrue();
        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.files())
                .containsExactlyInAnyOrder(
                        folder.resolve("authority.pem"), folder.resolve("client.pem"), folder.resolve("client.key"));
    }

    @Test
    void aKeyOfAnotherCertificateIsAProblemAtTheCertificate() throws Exception {
        Certificates made = new Certificates(folder).issue("client", "EC", "dns:client.example");
        made.authorityFile();
        made.keyFile("client");
        Path file = file("model-compose.yml", """
                workflow: {}
                component:
                  type: http-client
                  endpoint: https://localhost/
                  tls: {certificate: authority.pem, key: client.key}
                """);
        LoadResult result = ConfigReader.read(List.of(file), Map.of());
        assertThat(result)
                .isInstanceOfSatisfying(
                        LoadResult.Rejected.class,
                        rejected -> assertThat(rejected.problems())
                                .singleElement()
                                .satisfies(problem -> {
                                    assertThat(problem.path()).isEqualTo("component.tls.certificate");
                                    assertThat(problem.message()).contains("belongs to 'key'");
                                }));
    }

    @Test
    void aComponentThatVerifiesNothingIsWarnedOfOnce() throws IOException {
        LoadResult.Loaded loaded = loaded("""
                workflow: {component: a}
                components:
                  - {id: a, type: http-client, endpoint: 'https://localhost/', tls: {verify: false}}
                  - {id: b, type: http-client, endpoint: 'https://localhost/', tls: {verify: '${env.VERIFY | yes}'}}
                """);
        assertThat(transport(loaded.config()).tls().verifies()).isFalse();
        assertThat(loaded.warnings()).singleElement().asString().contains("component 'a' does not verify certificates");
    }

    @ParameterizedTest
    @ValueSource(strings = {".inf", "-.inf", "+.INF", ".nan", ".NaN", "${input.a | .inf}", "${input.a == .nan}"})
    void aNumberThatJsonCannotWriteIsAProblem(String number) throws IOException {
        Path file = file("model-compose.yml", "workflow: {}\n" + BLOCK + "  body:\n    a: " + number + "\n");

        assertThat(((LoadResult.Rejected) ConfigReader.read(List.of(file), Map.of())).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("JSON cannot write"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e-1000000", "-1E+1000", "0x1@", "0o7@", "1@", "-.1@"})
    void aNumberBeyondTheLimitIsAProblem(String number) throws IOException {
        String written = number.replace("@", "1".repeat(1_200));
        Path file = file("model-compose.yml", "workflow: {}\n" + BLOCK + "  body:\n    a: " + written + "\n");

        assertThat(((LoadResult.Rejected) ConfigReader.read(List.of(file), Map.of())).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message())
                        .contains("is a number beyond the limit (at most 1000 digits")
                        .hasSizeLessThan(300));
        loaded("workflow: {}\n" + BLOCK + "  body:\n    a: '" + written + "'\n");
    }

    @Test
    void anExpressionInAKeyIsAProblem() throws IOException {
        Path file = file("model-compose.yml", "workflow: {}\n" + BLOCK + "  body: {'${input.a}': 1}\n");

        assertThat(((LoadResult.Rejected) ConfigReader.read(List.of(file), Map.of())).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("${input.a}", "key"));
    }

    @Test
    void aTabBehindAKeySeparatesAndATabInTextStays() throws IOException {
        ComposeConfig config = config("""
                workflow:\t{}
                component:
                  type:\t\thttp-client
                  endpoint: \t'http://a:\tb'
                  body:
                    - \tx
                    -\ty
                    - {a:\t1,\tb: 2}\t# comment
                """);

        assertThat(action(config).body().render(Bindings.empty())).isEqualTo(List.of("x", "y", Map.of("a", 1, "b", 2)));
        assertThat(action(config).endpoint().render(Bindings.empty())).isEqualTo("http://a:\tb");
    }

    @Test
    void aTabThatIndentsIsRefused() throws IOException {
        Path file = file("model-compose.yml", "workflow:\n\ttitle: a\n" + CLIENT);

        assertThat(ConfigReader.read(List.of(file), Map.of())).isInstanceOf(LoadResult.Rejected.class);
    }

    @Test
    void ofManyProblemsALimitedNumberIsKeptAndTheOthersCounted() throws IOException {
        StringBuilder yaml = new StringBuilder("workflow: {}\n" + CLIENT + "\n");
        for (int i = 0; i < 95_000; i++) {
            yaml.append("k").append(i).append(": 1\n");
        }
        Path file = file("model-compose.yml", yaml.toString());

        LoadResult.Rejected rejected = (LoadResult.Rejected) ConfigReader.read(List.of(file), Map.of());

        assertThat(rejected.problems().size() + rejected.moreProblems()).isEqualTo(95_000);
        assertThat(rejected.problems().size()).isLessThan(20_000);
    }

    @Test
    void aPartOfAProblemIsCut() {
        Problem problem =
                new Problem(new Location(Path.of("a"), 1, 1), "p".repeat(5_000), "m".repeat(5_000), "r".repeat(5_000));

        assertThat(problem.toString()).hasSizeLessThan(1_600);
    }
}
