package dev.weir.config.schema;

import static dev.weir.config.schema.SchemaKeywords.anyOf;
import static dev.weir.config.schema.SchemaKeywords.duration;
import static dev.weir.config.schema.SchemaKeywords.expression;
import static dev.weir.config.schema.SchemaKeywords.flag;
import static dev.weir.config.schema.SchemaKeywords.forbidden;
import static dev.weir.config.schema.SchemaKeywords.fromEnvironment;
import static dev.weir.config.schema.SchemaKeywords.has;
import static dev.weir.config.schema.SchemaKeywords.keyed;
import static dev.weir.config.schema.SchemaKeywords.mappingOf;
import static dev.weir.config.schema.SchemaKeywords.matching;
import static dev.weir.config.schema.SchemaKeywords.number;
import static dev.weir.config.schema.SchemaKeywords.oneOrList;
import static dev.weir.config.schema.SchemaKeywords.parameter;
import static dev.weir.config.schema.SchemaKeywords.plural;
import static dev.weir.config.schema.SchemaKeywords.rate;
import static dev.weir.config.schema.SchemaKeywords.ref;
import static dev.weir.config.schema.SchemaKeywords.required;
import static dev.weir.config.schema.SchemaKeywords.requiredAny;
import static dev.weir.config.schema.SchemaKeywords.requiredOne;
import static dev.weir.config.schema.SchemaKeywords.schema;
import static dev.weir.config.schema.SchemaKeywords.singular;
import static dev.weir.config.schema.SchemaKeywords.template;
import static dev.weir.config.schema.SchemaKeywords.text;
import static dev.weir.config.schema.SchemaKeywords.texts;
import static dev.weir.config.schema.SchemaKeywords.when;
import static dev.weir.config.schema.SchemaKeywords.whole;
import static dev.weir.config.schema.SchemaKeywords.words;
import static dev.weir.config.schema.SchemaKeywords.wordsOfAnyCase;

import dev.weir.binding.Condition;
import dev.weir.config.ActionJob;
import dev.weir.config.AuthConfig;
import dev.weir.config.ControllerConfig;
import dev.weir.config.DelayJob;
import dev.weir.config.FilterJob;
import dev.weir.config.HttpAction;
import dev.weir.config.HttpClientConfig;
import dev.weir.config.HttpServerConfig;
import dev.weir.config.HttpServerConfig.HealthCheck;
import dev.weir.config.HttpServerConfig.ManagedCommand;
import dev.weir.config.HttpTransport;
import dev.weir.config.IfJob;
import dev.weir.config.JobConfig;
import dev.weir.config.ModelAction;
import dev.weir.config.ModelConfig;
import dev.weir.config.ModelLocation;
import dev.weir.config.ModelTask;
import dev.weir.config.PollingConfig;
import dev.weir.config.RandomRouterJob;
import dev.weir.config.SchemaDescriptions;
import dev.weir.config.SwitchJob;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.reader.ApiKeyReader;
import dev.weir.config.reader.AuthReader;
import dev.weir.config.reader.ComponentReader;
import dev.weir.config.reader.ControllerReader;
import dev.weir.config.reader.FilterReader;
import dev.weir.config.reader.HttpReader;
import dev.weir.config.reader.JobReader;
import dev.weir.config.reader.ModelActionReader;
import dev.weir.config.reader.ModelReader;
import dev.weir.config.reader.ParameterRule;
import dev.weir.json.Scalars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the JSON Schema of the configuration. Keys and kinds of values come from the records, words and bounds from the
 * readers. This class adds the rest: required keys, exclusions, and the alternative forms of one record.
 *
 * <p>The schema accepts the same configurations as the readers, with one exception. The readers treat a key without a value
 * as absent, while the schema requires a value. The schema finds mistakes of shape. Only the readers check names and expressions.
 */
final class JsonSchemaGenerator {
    private final SchemaDescriptions descriptions = new SchemaDescriptions();
    private final Map<String, Object> definitions = new LinkedHashMap<>();

    private JsonSchemaGenerator() {}

    /** The schema as plain values, always in the same order. */
    static Map<String, Object> generate() {
        JsonSchemaGenerator generator = new JsonSchemaGenerator();
        Map<String, Object> schema = generator.root();
        if (!generator.descriptions.unused().isEmpty()) {
            throw new IllegalStateException("described, but no key: " + generator.descriptions.unused());
        }
        return schema;
    }

    private MappingSchema mapping(String name) {
        return new MappingSchema(name, descriptions);
    }

    private void define(String name, MappingSchema mapping) {
        definitions.put(name, mapping.build());
    }

    private Map<String, Object> root() {
        Map<String, Object> root = schema(
                "$schema", "https://json-schema.org/draft/2020-12/schema",
                "$id", "urn:weir:model-compose",
                "title", "model-compose configuration of Weir");
        root.putAll(mapping("root")
                .key("controller", ref("controller"))
                .key("workflow", singular("workflow"))
                .key("workflows", plural("workflow"))
                .key("component", singular("component"))
                .key("components", plural("component"))
                .foreign("listener", "listeners", "gateway", "gateways", "logger", "loggers")
                .rule(requiredAny("workflow", "workflows"))
                .build());
        root.put("patternProperties", schema("^x-", true));
        controller();
        auth();
        limits();
        workflow();
        filters();
        jobs();
        components();
        http();
        tls();
        httpServer();
        model();
        definitions.put("keyed", keyed());
        definitions.put("flag", flag());
        definitions.put("duration", duration());
        root.put("$defs", definitions);
        return root;
    }

    private void controller() {
        String[] server = {"type", "port", "base_path", "origins", "host", "event", "adapters"};
        define("adapter", server(mapping("adapter")));
        define(
                "controller",
                server(mapping("controller"))
                        .key("adapter", ref("adapter"))
                        .key("max_concurrent_count", whole(0, Integer.MAX_VALUE))
                        .key("webui", ref("webui"))
                        .key("auth", ref("auth"))
                        .key("limits", ref("caller-limits"))
                        .rule(when(
                                schema(
                                        "properties",
                                        schema("limits", required("per_key")),
                                        "required",
                                        List.of("limits")),
                                required("auth")))
                        .foreign("name", "runtime", "queue", "threaded")
                        .rule(when(
                                required("adapter"),
                                forbidden(Arrays.stream(server)
                                        .filter(key -> !key.equals("event"))
                                        .toArray(String[]::new)))));
        define(
                "webui",
                mapping("webui")
                        .keysOf(ControllerConfig.WebUiConfig.class)
                        .key("port", port())
                        .foreign("command", "server_dir", "static_dir"));
    }

    private static MappingSchema server(MappingSchema mapping) {
        return mapping.key("type", words(List.of("http-server")))
                .keysOf(ControllerConfig.class, "max_concurrent_count", "webui", "auth", "limits")
                .key("port", port())
                .foreign("event", "adapters");
    }

    private void auth() {
        byType("auth", AuthReader.TYPES, "-auth");
        Map<String, Object> keys = mappingOf(anyOf(fromEnvironment(), ref("key")));
        keys.put("propertyNames", matching(ApiKeyReader.NAME.pattern()));
        keys.put("minProperties", 1);
        define("api-key-auth", auth("api-key").key("keys", keys).required("keys"));
        define(
                "key",
                mapping("key")
                        .key("key", fromEnvironment())
                        .key("file", text())
                        .key("roles", texts())
                        .rule(requiredOne("key", "file")));
        Map<String, Object> algorithm = words(AuthReader.ALGORITHMS);
        define(
                "jwt-auth",
                auth("jwt")
                        .keysOf(AuthConfig.Jwt.class, "allow")
                        .key("jwks", text())
                        .key("algorithms", anyOf(algorithm, schema("type", "array", "items", algorithm)))
                        .required("issuer", "audience", "jwks"));
        define("container-auth", auth("container"));
    }

    /** A mapping with a definition for each of its types: the type's name with {@code suffix}. */
    private void byType(String name, Collection<String> types, String suffix) {
        Map<String, Object> kind = schema("description", descriptions.of(name, "type"));
        kind.putAll(words(types));
        definitions.put(
                name,
                schema(
                        "type",
                        "object",
                        "properties",
                        schema("type", kind),
                        "required",
                        List.of("type"),
                        "allOf",
                        types.stream()
                                .map(type -> when(has("type", type), ref(type + suffix)))
                                .toList()));
    }

    private MappingSchema auth(String type) {
        return mapping(type + "-auth").key("type", words(List.of(type))).key("allow", allow());
    }

    private static Map<String, Object> allow() {
        Map<String, Object> allow = texts();
        allow.put("minItems", 1);
        return allow;
    }

    private void limits() {
        define(
                "caller-limits",
                mapping("caller-limits")
                        .key("per_key", ref("limits"))
                        .key("per_address", ref("limits"))
                        .key("trusted_proxies", texts()));
        define(
                "limits",
                mapping("limits")
                        .key("requests", rate())
                        .key("streams", whole(1, Integer.MAX_VALUE))
                        .key("chunks", rate()));
    }

    private static Map<String, Object> port() {
        return whole(1, ControllerReader.MAX_PORT);
    }

    private void workflow() {
        String[] ofOneJob = {"component", "action", "condition", "repeat_count"};
        Map<String, Object> several = schema("type", List.of("array", "object"));
        define(
                "workflow",
                mapping("workflow")
                        .keysOf(WorkflowConfig.class)
                        .key("allow", allow())
                        .key("limits", ref("limits"))
                        .key("filters", oneOrList("output-filter"))
                        .key("jobs", plural("job"))
                        .key("job", singular("job"))
                        .keysOf(ActionJob.class, "id", "input", "output", "depends_on")
                        .key("component", componentOrId())
                        .foreign("name", "private", "variables")
                        .rule(when(
                                anyOf(
                                        schema("properties", schema("jobs", several), "required", List.of("jobs")),
                                        schema("properties", schema("job", several), "required", List.of("job"))),
                                forbidden(ofOneJob))));
    }

    private void filters() {
        byType("output-filter", FilterReader.TYPES, "-filter");
        define(
                "deny-list-filter",
                filter("deny-list")
                        .key("words", texts())
                        .key("file", text())
                        .key("ignore_case", ref("flag"))
                        .key("whole_words", ref("flag"))
                        .rule(requiredAny("words", "file")));
        define(
                "regex-filter",
                filter("regex")
                        .key("pattern", text())
                        .key("ignore_case", ref("flag"))
                        .key("max_match", whole(1, FilterReader.LONGEST_MATCH))
                        .required("pattern"));
        Map<String, Object> kinds = words(FilterReader.KINDS.keySet());
        define(
                "pii-filter",
                filter("pii").key("kinds", anyOf(kinds, schema("type", "array", "items", kinds, "minItems", 1))));
    }

    private MappingSchema filter(String type) {
        return mapping(type + "-filter")
                .key("type", words(List.of(type)))
                .key("name", text())
                .key("action", words(FilterReader.ACTIONS.keySet()))
                .key("replacement", text())
                .rule(when(has("action", "block"), forbidden("replacement")));
    }

    private static Map<String, Object> componentOrId() {
        return anyOf(text(), ref("component"));
    }

    private void jobs() {
        Map<String, Object> kind = schema("description", descriptions.of("job", "type"));
        kind.putAll(words(JobReader.TYPES));
        List<Object> rules = new ArrayList<>();
        rules.add(when(schema("properties", has("type", "action", "component").get("properties")), ref("action-job")));
        for (String type : List.of("delay", "if", "switch", "random-router", "filter")) {
            rules.add(when(has("type", type), ref(type + "-job")));
        }
        definitions.put("job", schema("type", "object", "properties", schema("type", kind), "allOf", rules));
        define("action-job", job("action-job", ActionJob.class).key("component", componentOrId()));
        define(
                "delay-job",
                job("delay-job", DelayJob.class)
                        .key("mode", words(List.of("time-interval", "specific-time")))
                        .key("duration", ref("duration"))
                        .rule(requiredAny("duration", "time"))
                        .rule(when(has("mode", "time-interval"), required("duration")))
                        .rule(when(has("mode", "specific-time"), required("time"))));
        routers();
        define(
                "filter-job",
                job("filter-job", FilterJob.class)
                        .key("where", ref("predicate"))
                        .foreign("streaming")
                        .required("input"));
        define("predicate", predicate());
    }

    private MappingSchema job(String name, Class<? extends JobConfig> type) {
        return mapping(name)
                .key("id", text())
                .key("type", words(JobReader.TYPES))
                .keysOf(type.asSubclass(Record.class))
                .foreign("name", "max_run_count", "interrupt", "hook", "retry", "on_error");
    }

    private void routers() {
        Map<String, Object> leads = requiredAny("if_true", "if_false");
        define(
                "if-job",
                job("if-job", IfJob.class)
                        .key("conditions", oneOrList("branch"))
                        .keysOf(IfJob.Branch.class)
                        .rule(inList("conditions", "operator", "value", "if_true", "if_false"))
                        .rule(schema("dependentSchemas", schema("operator", leads, "value", leads))));
        define("branch", mapping("branch").keysOf(IfJob.Branch.class).rule(leads));
        define(
                "switch-job",
                job("switch-job", SwitchJob.class)
                        .key("cases", oneOrList("case"))
                        .keysOf(SwitchJob.Case.class)
                        .rule(inList("cases", "value", "then"))
                        .rule(schema("dependentRequired", schema("value", List.of("then"), "then", List.of("value")))));
        define("case", mapping("case").keysOf(SwitchJob.Case.class).required("value", "then"));
        define(
                "random-router-job",
                job("random-router-job", RandomRouterJob.class)
                        .key("mode", words(List.of("uniform", "weighted")))
                        .key("routings", oneOrList("route"))
                        .required("routings"));
        define(
                "route",
                mapping("route")
                        .keysOf(RandomRouterJob.Route.class)
                        .key("target", text())
                        .key("weight", number("exclusiveMinimum", 0, 1_000_000_000))
                        .rule(requiredAny("to", "target")));
    }

    /** Keys inside the list must not also be beside the list. */
    private static Map<String, Object> inList(String list, String... keys) {
        return when(
                schema("properties", schema(list, schema("minItems", 1)), "required", List.of(list)), forbidden(keys));
    }

    private MappingSchema predicate() {
        Map<String, Object> comparison = required("input");
        comparison.putAll(forbidden("all", "any", "not"));
        List<Object> shapes = new ArrayList<>();
        for (String joined : List.of("all", "any", "not")) {
            shapes.add(schema("required", List.of(joined), "maxProperties", 1));
        }
        shapes.add(comparison);
        return mapping("predicate")
                .keysOf(Condition.Comparison.class)
                .key("all", oneOrList("predicate"))
                .key("any", oneOrList("predicate"))
                .key("not", ref("predicate"))
                .rule(schema("oneOf", shapes));
    }

    private void components() {
        Map<String, Object> kind = schema("description", descriptions.of("component", "type"));
        kind.putAll(words(ComponentReader.TYPES));
        definitions.put(
                "component",
                schema(
                        "type",
                        "object",
                        "properties",
                        schema("type", kind),
                        "required",
                        List.of("type"),
                        "allOf",
                        ComponentReader.TYPES.stream()
                                .map(type -> when(has("type", type), ref(type)))
                                .toList()));
    }

    /** The keys of components of every type. */
    private MappingSchema component(String type, String action) {
        return mapping(type)
                .key("type", words(List.of(type)))
                .key("action", singular(action))
                .key("actions", plural(action))
                .foreign("runtime", "max_concurrent_count", "name");
    }

    private void http() {
        define("http-action", httpAction(mapping("http-action")).rule(schema("not", required("endpoint", "path"))));
        define(
                "http-client",
                transport(httpAction(component("http-client", "http-action")))
                        .key("http_version", version(HttpReader.VERSIONS.keySet()))
                        .keysOf(HttpClientConfig.class, "transport", "actions")
                        .rule(oneAction(requiredOne("endpoint", "path")))
                        .rule(oneAction(schema("dependentRequired", schema("path", List.of("base_url"))))));
        define(
                "completion",
                mapping("completion")
                        .key("type", words(List.of("polling")))
                        .keysOf(PollingConfig.class)
                        .key("method", method())
                        .foreign("stream_format", "stream_fragmented")
                        .rule(requiredOne("endpoint", "path"))
                        .rule(schema("dependentRequired", schema("status", List.of("success_when")))));
    }

    /** A rule for a component with the keys of its only action. */
    private static Map<String, Object> oneAction(Map<String, Object> rule) {
        return when(schema("not", requiredAny("action", "actions")), rule);
    }

    private static MappingSchema httpAction(MappingSchema mapping) {
        return mapping.keysOf(HttpAction.class)
                .key("method", method())
                .key("stream_format", words(HttpReader.STREAM_FORMATS.keySet()))
                .key("stream_framing", words(HttpReader.STREAM_FRAMINGS.keySet()))
                .key("chunk_size", whole(1, HttpReader.MAX_CHUNK_SIZE))
                .key("completion", ref("completion"))
                .foreign("stream_fragmented");
    }

    private static Map<String, Object> method() {
        return wordsOfAnyCase(HttpReader.METHODS.keySet());
    }

    private static MappingSchema transport(MappingSchema mapping) {
        return mapping.keysOf(HttpTransport.class)
                .key("max_retries", whole(0, HttpReader.MAX_RETRIES))
                .key("retry_backoff", number("minimum", 1, 100))
                .key("tls", ref("tls"));
    }

    /** A version may be a number or a text. */
    private static Map<String, Object> version(Collection<String> versions) {
        List<Object> written = new ArrayList<>(versions);
        versions.stream().map(Scalars::resolve).filter(Number.class::isInstance).forEach(written::add);
        return anyOf(schema("enum", written), expression());
    }

    private void tls() {
        define(
                "tls",
                mapping("tls")
                        .key("ca", texts())
                        .key("certificate", text())
                        .key("key", text())
                        .key("verify", ref("flag"))
                        .rule(schema(
                                "dependentRequired",
                                schema("certificate", List.of("key"), "key", List.of("certificate")))));
    }

    private void httpServer() {
        define(
                "http-server",
                transport(httpAction(component("http-server", "http-action")))
                        .key("http_version", version(List.of("1", "1.1")))
                        .keysOf(HttpServerConfig.class, "process", "health_check", "transport", "actions")
                        .key("port", port())
                        .keysOf(ManagedCommand.class)
                        .key("inherit_environment", inherited())
                        .key("manage", ref("manage"))
                        .key("scripts", ref("scripts"))
                        .key("healthcheck", ref("healthcheck"))
                        .rule(requiredAny("start", "scripts", "manage"))
                        .rule(oneAction(requiredOne("endpoint", "path"))));
        define(
                "manage",
                mapping("manage")
                        .keysOf(ManagedCommand.class)
                        .key("inherit_environment", inherited())
                        .key("scripts", ref("scripts")));
        define("scripts", mapping("scripts").keysOf(ManagedCommand.class, "working_dir", "env", "inherit_environment"));
        define("healthcheck", mapping("healthcheck").keysOf(HealthCheck.class).key("retries", whole(1, 1000)));
    }

    private static Map<String, Object> inherited() {
        return anyOf(ref("flag"), texts());
    }

    private void model() {
        Map<String, Object> device = matching(ModelReader.DEVICE.pattern());
        device.put("type", "string");
        MappingSchema component = modelAction(component("model", "model-action"))
                .keysOf(ModelConfig.class, "actions")
                .key("model", anyOf(modelName(), ref("model-source")))
                .key("precision", words(ModelReader.PRECISIONS.keySet()))
                .key("quantization", anyOf(words(ModelReader.PRECISIONS.keySet()), ref("quantization")))
                .key("device", device)
                .key("driver", text())
                .foreign(
                        "device_mode",
                        "low_cpu_mem_usage",
                        "peft_adapters",
                        "preload",
                        "on_demand",
                        "runtime_spec",
                        "fast_tokenizer",
                        "max_seq_length",
                        "chat_template",
                        "tools",
                        "reasoning_parser",
                        "tool_call_parser",
                        "labels")
                .required("task", "model");
        String chat = ModelTask.CHAT_COMPLETION.toString();
        String[] others = Arrays.stream(ModelTask.values())
                .map(ModelTask::toString)
                .filter(task -> !task.equals(chat))
                .toArray(String[]::new);
        component
                .rule(when(has("task", chat), forbidden("text", "prompt")))
                .rule(when(has("task", chat), oneAction(required("messages"))))
                .rule(when(has("task", others), forbidden("messages")))
                .rule(when(has("task", others), oneAction(requiredOne("text", "prompt"))));
        define("model", component);
        define("model-action", modelAction(mapping("model-action")));
        MappingSchema parameters = mapping("params");
        ParameterRule.ALL.forEach((name, rule) -> parameters.key(name, parameter(rule)));
        define("params", parameters.foreign("return_probabilities", "do_normalize"));
        define(
                "quantization",
                mapping("quantization")
                        .key("type", words(ModelReader.PRECISIONS.keySet()))
                        .foreign("compute_dtype", "double_quant"));
        modelSources();
    }

    private static MappingSchema modelAction(MappingSchema mapping) {
        mapping.keysOf(ModelAction.class)
                .key("prompt", template())
                .key("streaming", parameter(ParameterRule.TRUTH))
                .key("batch_size", parameter(ParameterRule.WHOLE_FROM_1))
                .key("max_input_length", parameter(ParameterRule.WHOLE_FROM_1))
                .key("params", ref("params"));
        ModelActionReader.OUTER_PARAMETERS.forEach(name -> mapping.key(name, parameter(ParameterRule.ALL.get(name))));
        return mapping;
    }

    private static Map<String, Object> modelName() {
        return matching(ModelReader.REPOSITORY.pattern(), ModelReader.LOCAL.pattern());
    }

    private void modelSources() {
        Map<String, Object> provider = schema("description", descriptions.of("model-source", "provider"));
        provider.putAll(words(List.of("huggingface", "local")));
        Map<String, Object> local =
                anyOf(has("provider", "local"), schema("required", List.of("path"), "not", required("provider")));
        Map<String, Object> source = schema("type", "object", "properties", schema("provider", provider));
        source.putAll(when(local, ref("local-model")));
        source.put(
                "else",
                when(anyOf(has("provider", "huggingface"), schema("not", required("provider"))), ref("hub-model")));
        definitions.put("model-source", source);
        define(
                "local-model",
                mapping("local-model")
                        .key("provider", words(List.of("local")))
                        .keysOf(ModelLocation.Local.class)
                        .foreign("format")
                        .required("path"));
        define(
                "hub-model",
                mapping("hub-model")
                        .key("provider", words(List.of("huggingface")))
                        .keysOf(ModelLocation.HuggingFace.class)
                        .key("repository", matching(ModelReader.REPOSITORY.pattern()))
                        .required("repository"));
    }
}
