package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weir.config.reader.ConfigReader;
import dev.weir.config.reader.LoadResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The pages and files of {@code deployments} refer to existing things and agree with each other. */
class DeploymentsTest {
    private static final Path FOLDER = Path.of("deployments");
    private static final Path KUBERNETES = FOLDER.resolve("kubernetes");
    private static final Path OBSERVABILITY = FOLDER.resolve("observability");
    /** A query of Prometheus in a rule, a dashboard or an adapter, or the name of a metric in an autoscaler. */
    private static final Pattern EXPRESSION =
            Pattern.compile("(?m)(?:^ *(?:expr|seriesQuery): |\"expr\": |^ *metric: name: ).*$");
    /** A metric or a label. */
    private static final Pattern METRIC = Pattern.compile("\\b(?:gen_ai|weir|jvm|process|error)_[a-z_]+");

    private static final Pattern SETTING =
            Pattern.compile("weir\\.(?:config|runs|stream|sse|task|metrics|http|model|shutdown)\\b(?:[a-z.-]*[a-z])?");
    private static final Pattern VARIABLE = Pattern.compile("\\bWEIR_[A-Z_]+[A-Z]");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(weir\\.[a-z.-]+)` \\| ([^|]*) \\|");
    private static final Pattern COPIED = Pattern.compile("(?m)^COPY (?!--from)(?:--\\w+=\\S+ )*(.+) \\S+$");
    /** The config map that Kustomize makes of a file. */
    private static final String CONFIG_MAP = "ConfigMap weir-config";

    /** The documented settings, each with its default. */
    private final Map<String, String> settings = new LinkedHashMap<>();

    private final Map<String, Map<?, ?>> objects = new LinkedHashMap<>();

    DeploymentsTest() {
        all(ROW, text(Path.of("docs/settings.md"))).forEach(row -> settings.put(row.group(1), row.group(2)));
        files(KUBERNETES, ".yaml")
                .forEach(file -> documents(file).forEach(object -> {
                    Map<?, ?> metadata = (Map<?, ?>) object.get("metadata");
                    objects.put(object.get("kind") + " " + (metadata == null ? "" : metadata.get("name")), object);
                }));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<MatchResult> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    private static List<Path> files(Path folder, String suffix) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Path> everyFile() {
        return files(FOLDER, "");
    }

    static List<Path> dockerfiles() {
        return files(FOLDER, ".Dockerfile");
    }

    private static List<Map<?, ?>> documents(Path file) {
        List<Map<?, ?>> documents = new ArrayList<>();
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        for (Object document : new Yaml(new SafeConstructor(strict)).loadAll(text(file))) {
            documents.add((Map<?, ?>) document);
        }
        return documents;
    }

    /** The value at a path of keys and list positions. */
    private static Object at(Object from, Object... path) {
        Object there = from;
        for (Object step : path) {
            there = step instanceof Integer place ? ((List<?>) there).get(place) : ((Map<?, ?>) there).get(step);
            assertThat(there).as("%s of %s", step, List.of(path)).isNotNull();
        }
        return there;
    }

    private Object pod(Object... path) {
        return at(at(objects.get("Deployment weir"), "spec", "template", "spec"), path);
    }

    private static long seconds(String duration) {
        return Durations.parse(duration).map(Duration::toSeconds).orElseThrow();
    }

    @Test
    void everyFolderHasAPageThatTheReadmeNames() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            assertThat(folders).allSatisfy(folder -> {
                assertThat(folder.resolve("README.md")).isRegularFile();
                assertThat(text(Path.of("README.md"))).contains("(" + folder + ")");
            });
        }
    }

    @ParameterizedTest
    @MethodSource("everyFile")
    void everySettingThatAFileNamesIsThere(Path file) {
        String text = text(file);
        for (MatchResult setting : all(SETTING, text)) {
            assertThat(settings).as(file.toString()).containsKey(setting.group());
        }
        Set<String> variables = settings.keySet().stream()
                .map(key -> key.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
        for (MatchResult variable : all(VARIABLE, text)) {
            assertThat(variables).as(file.toString()).contains(variable.group());
        }
    }

    @Test
    void openLibertyServesTheWarAtTheRoot() throws Exception {
        Document server = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(FOLDER.resolve("open-liberty/server.xml").toFile());
        var application = server.getElementsByTagName("webApplication").item(0).getAttributes();
        assertThat(application.getNamedItem("location").getNodeValue()).isEqualTo("weir.war");
        assertThat(application.getNamedItem("contextRoot").getNodeValue()).isEqualTo("/");
        assertThat(server.getElementsByTagName("httpEndpoint")
                        .item(0)
                        .getAttributes()
                        .getNamedItem("httpPort")
                        .getNodeValue())
                .isEqualTo("8080");
        String stop = server.getElementsByTagName("applicationManager")
                .item(0)
                .getAttributes()
                .getNamedItem("stopTimeout")
                .getNodeValue();
        assertThat(seconds(stop)).isGreaterThan(seconds(settings.get("weir.shutdown.drain")));
    }

    @ParameterizedTest
    @MethodSource("dockerfiles")
    void anImageIsOfThisTreeRunsAsNobodyAndTellsItsHealth(Path file) {
        String text = text(file).replace("\\\n", " ");
        assertThat(text)
                .containsPattern("(?m)^USER 10001:10001$")
                .containsPattern("(?m)^EXPOSE 8080\\b")
                .containsPattern("(?m)^HEALTHCHECK .*http://127\\.0\\.0\\.1:8080/api/health\"\\]$")
                .containsPattern("(?m)^ENTRYPOINT \\[")
                .doesNotContain("ADD ", ":latest");
        assertThat(text.lastIndexOf("\nUSER ")).isGreaterThan(text.lastIndexOf("\nRUN "));
        for (MatchResult copy : all(COPIED, text)) {
            for (String source : copy.group(1).split(" ", -1)) {
                if (source.equals("target/weir.war")) {
                    assertThat(text(Path.of("pom.xml"))).contains("<finalName>weir</finalName>");
                } else {
                    assertThat(Path.of(source)).exists();
                }
            }
        }
        assertThat(text(FOLDER.resolve("docker/README.md")))
                .contains(file.getFileName().toString());
    }

    @Test
    void theImageOfPayaraMicroIsOfTheVersionThatIsTested() {
        List<MatchResult> version = all(Pattern.compile("<payara-micro.version>(.+)<"), text(Path.of("pom.xml")));
        assertThat(text(FOLDER.resolve("docker/payara-micro.Dockerfile")))
                .contains("FROM payara/micro:" + version.get(0).group(1) + "-");
    }

    @Test
    void theImageOfPayaraMicroTellsFilesOptionsAndCommandsApart(@TempDir Path folder) throws Exception {
        assumeThat(Path.of("/bin/sh")).isExecutable();
        Path java = Files.writeString(folder.resolve("java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        List<String> server = words(folder);

        assertThat(server)
                .containsSequence("-jar", "/opt/weir/payara-micro.jar")
                .endsWith("/opt/weir/weir.war");
        assertThat(words(folder, "up")).isEqualTo(server);
        assertThat(words(folder, "--port", "9090"))
                .isEqualTo(Stream.concat(server.stream(), Stream.of("--port", "9090"))
                        .toList());
        List<String> served = words(folder, "up", "/a b.yml", "c.yml", "--port", "9090");
        assertThat(served.indexOf("-Dweir.config=/a b.yml,c.yml")).isBetween(0, served.indexOf("-jar"));
        assertThat(served).endsWith("/opt/weir/weir.war", "--port", "9090").doesNotContain("c.yml");
        assertThat(words(folder, "validate", "--json", "a b.yml"))
                .endsWith("-jar", "/opt/weir/weir.war", "validate", "--json", "a b.yml");
    }

    /** The words that the script gives to the {@code java} of a folder. */
    private static List<String> words(Path folder, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("/bin/sh", FOLDER.resolve("docker/payara-micro.sh").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }

    @Test
    void kustomizeHasEveryFileOfTheFolder() {
        Map<?, ?> kustomization =
                documents(KUBERNETES.resolve("kustomization.yaml")).get(0);
        Set<String> named = new TreeSet<>();
        ((List<?>) at(kustomization, "resources")).forEach(file -> named.add((String) file));
        Set<String> there = files(KUBERNETES, ".yaml").stream()
                .map(file -> file.getFileName().toString())
                .filter(file -> !file.equals("kustomization.yaml"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(named).isEqualTo(there);
        assertThat(at(kustomization, "configMapGenerator", 0, "name")).isEqualTo("weir-config");
        assertThat(at(kustomization, "images", 0, "name")).isEqualTo(pod("containers", 0, "image"));
    }

    @Test
    void theConfigurationOfThePodsIsRight() {
        Map<?, ?> kustomization =
                documents(KUBERNETES.resolve("kustomization.yaml")).get(0);
        String file = (String) at(kustomization, "configMapGenerator", 0, "files", 0);
        LoadResult result = ConfigReader.read(List.of(KUBERNETES.resolve(file)), Map.of());
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        assertThat(variable("WEIR_CONFIG")).isEqualTo(at(mount("config"), "mountPath") + "/" + file);
    }

    private Object variable(String name) {
        return ((List<?>) pod("containers", 0, "env"))
                .stream()
                        .filter(each -> at(each, "name").equals(name))
                        .map(each -> at(each, "value"))
                        .findFirst()
                        .orElseThrow();
    }

    private Object mount(String name) {
        return ((List<?>) pod("containers", 0, "volumeMounts"))
                .stream()
                        .filter(each -> at(each, "name").equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void aPodIsAskedWhatItAnswersWhereItAnswers() {
        assertThat(at(pod("containers", 0, "ports", 0), "name")).isEqualTo("http");
        assertThat(at(pod("containers", 0, "ports", 0), "containerPort")).isEqualTo(8080);
        Map<String, String> probes = Map.of(
                "startupProbe", "/health/started", "livenessProbe", "/health/live", "readinessProbe", "/health/ready");
        probes.forEach((probe, path) -> {
            assertThat(pod("containers", 0, probe, "httpGet", "path")).isEqualTo(path);
            assertThat(pod("containers", 0, probe, "httpGet", "port")).isEqualTo("http");
        });
        assertThat(at(objects.get("Service weir"), "spec", "ports", 0, "targetPort"))
                .isEqualTo("http");
        Object backend = at(objects.get("Ingress weir"), "spec", "rules", 0, "http", "paths", 0, "backend", "service");
        assertThat(at(backend, "name")).isEqualTo("weir");
        assertThat(at(backend, "port", "name")).isEqualTo(at(objects.get("Service weir"), "spec", "ports", 0, "name"));
    }

    @Test
    void aPodHasTheTimeToDrainAndIsOutOfServiceFirst() {
        String hook = String.valueOf(pod("containers", 0, "lifecycle", "preStop", "exec", "command", 2));
        assertThat(hook).startsWith("touch " + variable("WEIR_SHUTDOWN_FILE") + " ");
        List<MatchResult> sleep = all(Pattern.compile("sleep (\\d+)"), hook);
        long before = Long.parseLong(sleep.get(0).group(1));
        long noticed = ((Integer) pod("containers", 0, "readinessProbe", "periodSeconds")).longValue();
        assertThat(before).isGreaterThan(noticed);
        long drain = seconds((String) variable("WEIR_SHUTDOWN_DRAIN"));
        int most = (Integer) pod("terminationGracePeriodSeconds");
        assertThat((long) most).isGreaterThan(before + drain + 20);
    }

    @Test
    void aPodWritesOnlyWhereItMayAndIsNobody() {
        assertThat(pod("containers", 0, "securityContext", "readOnlyRootFilesystem"))
                .isEqualTo(true);
        assertThat(pod("containers", 0, "securityContext", "allowPrivilegeEscalation"))
                .isEqualTo(false);
        assertThat(pod("securityContext", "runAsNonRoot")).isEqualTo(true);
        assertThat(pod("securityContext", "runAsUser")).isEqualTo(10001);
        assertThat(at(mount("tmp"), "mountPath")).isEqualTo("/tmp");
        assertThat(at(mount("models"), "mountPath")).isEqualTo(variable("HF_HOME"));
        Map<String, Object> volumes = new LinkedHashMap<>();
        ((List<?>) pod("volumes")).forEach(each -> volumes.put((String) at(each, "name"), each));
        assertThat(volumes).containsOnlyKeys("config", "models", "tmp");
        assertThat(objects)
                .containsKey(
                        "PersistentVolumeClaim " + at(volumes.get("models"), "persistentVolumeClaim", "claimName"));
        assertThat("ConfigMap " + at(volumes.get("config"), "configMap", "name"))
                .isEqualTo(CONFIG_MAP);
        assertThat(at(volumes.get("tmp"), "emptyDir")).isNotNull();
    }

    @Test
    void whatSelectsPodsSelectsThese() {
        Object labels = at(objects.get("Deployment weir"), "spec", "template", "metadata", "labels");
        assertThat(at(objects.get("Deployment weir"), "spec", "selector", "matchLabels"))
                .isEqualTo(labels);
        assertThat(at(objects.get("Service weir"), "spec", "selector")).isEqualTo(labels);
        assertThat(at(objects.get("PodDisruptionBudget weir"), "spec", "selector", "matchLabels"))
                .isEqualTo(labels);
        Object scaled = at(objects.get("HorizontalPodAutoscaler weir"), "spec", "scaleTargetRef");
        assertThat(at(scaled, "kind") + " " + at(scaled, "name")).isEqualTo("Deployment weir");
    }

    @Test
    void everyMetricAndLabelThatIsUsedExists() {
        Map<String, Set<String>> labels = new LinkedHashMap<>();
        Goldens.text("instruments.txt")
                .lines()
                .map(line -> line.split(" \\| ", -1))
                .forEach(row -> {
                    Set<String> own = new TreeSet<>(Set.of("le", "instance"));
                    own.addAll(List.of(row[4].replace('.', '_').split(",", -1)));
                    boolean histogram = row[2].equals("HISTOGRAM");
                    for (String suffix : histogram ? List.of("_bucket", "_sum", "_count") : List.of("")) {
                        labels.put(row[0] + suffix, own);
                    }
                });
        Set<String> used = new TreeSet<>();
        for (Path file : files(OBSERVABILITY, "")) {
            for (MatchResult expression : all(EXPRESSION, text(file).replaceAll("\\|?\\n {10,}", " "))) {
                Set<String> of = new TreeSet<>();
                all(METRIC, expression.group()).forEach(metric -> of.add(metric.group()));
                Set<String> known = new TreeSet<>();
                of.forEach(each -> {
                    if (labels.containsKey(each)) {
                        used.add(each);
                        known.addAll(labels.get(each));
                    }
                });
                assertThat(known).as("%s: %s", file, expression.group()).isNotEmpty();
                of.removeAll(labels.keySet());
                assertThat(known).as("%s: %s", file, expression.group()).containsAll(of);
            }
        }
        assertThat(used).hasSizeGreaterThan(15).contains("weir_queue_waiting");
    }

    @Test
    void noProxyOnTheWayHoldsAStreamBack() {
        long heartbeat = seconds(settings.get("weir.sse.heartbeat"));
        long body = Long.parseLong(settings.get("weir.http.max-body")) >> 20;
        Object annotations = at(objects.get("Ingress weir"), "metadata", "annotations");
        String prefix = "nginx.ingress.kubernetes.io/";
        assertThat(at(annotations, prefix + "proxy-buffering")).isEqualTo("off");
        assertThat(Long.parseLong((String) at(annotations, prefix + "proxy-read-timeout")))
                .isGreaterThan(heartbeat);
        assertThat(at(annotations, prefix + "proxy-body-size")).isEqualTo(body + "m");
        String nginx = text(FOLDER.resolve("nginx/weir.conf"));
        assertThat(nginx).contains("proxy_buffering off;", "client_max_body_size " + body + "m;", "gzip off;");
        List<MatchResult> timeout = all(Pattern.compile("proxy_read_timeout (\\w+);"), nginx);
        assertThat(seconds(timeout.get(0).group(1))).isGreaterThan(heartbeat);
    }
}
