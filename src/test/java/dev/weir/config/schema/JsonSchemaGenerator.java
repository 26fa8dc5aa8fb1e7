package dev.weir.config.schema;

import static dev.weir.config.schema.SchemaKeywords.anyOf;
import static dev.weir.config.schema.SchemaKeywords.commands;
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
import dev.weir.config.Exposure;
import dev.weir.config.FilterJob;
import dev.weir.config.ForEachJob;
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
import dev.weir.config.OpenAiConfig;
import dev.weir.config.PollingConfig;
import dev.weir.config.RandomRouterJob;
import dev.weir.config.SchemaDescriptions;
import dev.weir.config.ShellAction;
import dev.weir.config.ShellConfig;
import dev.weir.config.SplitterAction;
import dev.weir.config.SplitterConfig;
import dev.weir.config.SwitchJob;
import dev.weir.config.WorkflowAction;
import dev.weir.config.WorkflowComponentConfig;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.reader.ApiKeyReader;
import dev.weir.config.reader.AuthReader;
import dev.weir.config.reader.ComponentReader;
import dev.weir.config.reader.ComposeWords;
import dev.weir.config.reader.ControllerReader;
import dev.weir.config.reader.ExposureReader;
import dev.weir.config.reader.FilterReader;
import dev.weir.config.reader.HttpReader;
import dev.weir.config.reader.JobReader;
import dev.weir.config.reader.McpReader;
import dev.weir.config.reader.ModelActionReader;
import dev.weir.config.reader.ModelReader;
import dev.weir.config.reader.ParameterRule;
import dev.weir.config.reader.SplitterReader;
import dev.weir.json.Scalars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
                .foreign(ComposeWords.TOP_LEVEL_KEY.foreign().toArray(String[]::new))
                .rule(requiredAny("workflow", "workflows", "component", "components"))
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
        workflowCalls();
        splitters();
        shell();
        definitions.put("keyed", keyed());
        definitions.put("flag", flag());
        definitions.put("duration", duration());
        root.put("$defs", definitions);
        return root;
    }

    private void controller() {
        String[] server = {"type", "port", "base_path", "origins", "host", "transport", "event"};
        define("http-adapter", server(mapping("http-adapter")));
        definitions.put("adapter", unlessForeign("http-adapter", ComposeWords.CONTROLLER_TYPE));
        definitions.put("controller", unlessForeign("http-controller", ComposeWords.CONTROLLER_TYPE));
        define(
                "http-controller",
                server(mapping("http-controller"))
                        .key("adapter", oneOrList("adapter"))
                        .key("adapters", oneOrList("adapter"))
                        .key("max_concurrent_count", whole(0, Integer.MAX_VALUE))
                        .key("webui", ref("webui"))
                        .key("auth", ref("auth"))
                        .key("limits", ref("caller-limits"))
                        .key("openai", ref("openai"))
                        .rule(when(
                                schema(
                                        "properties",
                                        schema("limits", required("per_key")),
                                        "required",
                                        List.of("limits")),
                                required("auth")))
                        .foreign("name", "runtime", "queue", "threaded", "shutdown_pending_period", "shutdown_timeout")
                        .rule(when(
                                requiredAny("adapter", "adapters"),
                                forbidden(Arrays.stream(server)
                                        .filter(key -> !key.equals("event"))
                                        .toArray(String[]::new)))));
        define(
                "webui",
                mapping("webui")
                        .keysOf(ControllerConfig.WebUiConfig.class)
                        .key("port", port())
                        .foreign("command", "server_dir", "static_dir"));
        define("openai", mapping("openai").keysOf(OpenAiConfig.class));
        define(
                "openai-model",
                mapping("openai-model")
                        .keysOf(Exposure.class, "is_private", "is_tool", "is_model", "drops_history", "type")
                        .key("type", words(ExposureReader.TYPES.keySet()))
                        .key("history", words(ExposureReader.HISTORIES)));
    }

    private static MappingSchema server(MappingSchema mapping) {
        return mapping.key("type", words(List.of("http-server", McpReader.TYPE)))
                .keysOf(ControllerConfig.class, "max_concurrent_count", "webui", "auth", "limits", "openai", "mcp")
                .key("transport", words(McpReader.TRANSPORTS))
                .key("port", port())
                .foreign("event", "websocket");
    }

    /** A mapping of a type that Weir does not have is not checked; otherwise the definition holds. */
    private static Map<String, Object> unlessForeign(String definition, ComposeWords types) {
        return schema("type", "object", "if", isForeign("type", types), "else", ref(definition));
    }

    private static Map<String, Object> isForeign(String key, ComposeWords words) {
        return has(key, words.foreign().toArray(String[]::new));
    }

    /** The words of Weir, and those that only model-compose has. */
    private static Map<String, Object> types(Collection<String> own, ComposeWords words) {
        return words(Stream.concat(own.stream(), words.foreign().stream()).toList());
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
                        .keysOf(WorkflowConfig.class, "exposure")
                        .key("private", ref("flag"))
                        .key("mcp", ref("flag"))
                        .key("openai", anyOf(schema("enum", List.of(false)), ref("openai-model")))
                        .key("allow", allow())
                        .key("limits", ref("limits"))
                        .key("filters", oneOrList("output-filter"))
                        .key("jobs", plural("job"))
                        .key("job", singular("job"))
                        .keysOf(ActionJob.class, "id", "input", "output", "dependencies")
                        .key("component", componentOrId())
                        .foreign("name", "variables")
                        .foreign("max_run_count", "interrupt", "hook", "retry", "on_error")
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
        kind.putAll(types(JobReader.TYPES, ComposeWords.JOB_TYPE));
        List<Object> rules = new ArrayList<>();
        rules.add(when(schema("properties", has("type", "action", "component").get("properties")), ref("action-job")));
        for (String type : List.of("delay", "if", "switch", "random-router", "filter", "for-each")) {
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
                        .rule(schema("dependentRequired", schema("where", List.of("input")))));
        define("predicate", predicate());
        define(
                "for-each-job",
                job("for-each-job", ForEachJob.class, "call")
                        .key("do", ref("for-each-call"))
                        .key("batch_size", parameter(ParameterRule.WHOLE_FROM_1))
                        .key("streaming", parameter(ParameterRule.TRUTH))
                        .required("do"));
        define(
                "for-each-call",
                mapping("for-each-call")
                        .keysOf(ForEachJob.Call.class, "component_id", "action_id")
                        .key("component", componentOrId())
                        .key("action", text()));
    }

    private MappingSchema job(String name, Class<? extends JobConfig> type, String... except) {
        return mapping(name)
                .key("id", text())
                .key("type", words(JobReader.TYPES))
                .keysOf(
                        type.asSubclass(Record.class),
                        Stream.concat(Stream.of("dependencies"), Stream.of(except))
                                .toArray(String[]::new))
                .key("depends_on", schema("type", List.of("string", "number", "boolean", "array"), "items", texts()))
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
                        .foreign("session", "salt")
                        .key("routes", oneOrList("route"))
                        .rule(requiredOne("routings", "routes")));
        define(
                "route",
                mapping("route")
                        .keysOf(RandomRouterJob.Route.class)
                        .key("target", text())
                        .key("id", text())
                        .key("weight", number("exclusiveMinimum", 0, 1_000_000_000))
                        .rule(requiredAny("to", "target", "id")));
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
        kind.putAll(types(ComponentReader.TYPES, ComposeWords.COMPONENT_TYPE));
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
                                .map(type -> when(has("type", type), checked(type)))
                                .toList()));
    }

    /** A component in which model-compose has a part that Weir has not is not checked. */
    private static Map<String, Object> checked(String type) {
        List<Object> foreign = type.equals("model")
                ? List.of(
                        isForeign("task", ComposeWords.MODEL_TASK),
                        isForeign("driver", ComposeWords.DRIVER),
                        isForeign("quantization", ComposeWords.WEIGHTS),
                        schema(
                                "properties",
                                schema("quantization", isForeign("type", ComposeWords.WEIGHTS)),
                                "required",
                                List.of("quantization")),
                        required("peft_adapters"))
                : List.of(
                        schema(
                                "properties",
                                schema("completion", isForeign("type", ComposeWords.COMPLETION)),
                                "required",
                                List.of("completion")),
                        schema(
                                "properties",
                                schema("verify_ssl", schema("const", false)),
                                "required",
                                List.of("verify_ssl")),
                        schema(
                                "properties",
                                schema("runtime", schema("type", "object")),
                                "required",
                                List.of("runtime")));
        String definition = type.equals(WorkflowComponentConfig.TYPE) ? "workflow-component" : type;
        return schema("if", schema("anyOf", foreign), "else", ref(definition));
    }

    /** The keys of components of every type. */
    private MappingSchema component(String type, String action) {
        return mapping(type)
                .key("type", words(List.of(type)))
                .key("action", singular(action))
                .key("actions", plural(action))
                .foreign("runtime", "max_concurrent_count", "name", "rate_limit", "cache");
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
        definitions.put("completion", unlessForeign("polling", ComposeWords.COMPLETION));
        define(
                "polling",
                mapping("polling")
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
                .key("verify_ssl", ref("flag"))
                .foreign("stream_fragmented", "rate_limit", "cache");
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
                .key("architecture", words(ModelReader.ARCHITECTURES.keySet()))
                .key("precision", words(ModelReader.PRECISIONS.keySet()))
                .key("quantization", anyOf(words(ModelReader.PRECISIONS.keySet()), ref("quantization")))
                .key("device", device)
                .key("driver", types(List.of("huggingface"), ComposeWords.DRIVER))
                .foreign(
                        "device_mode",
                        "low_cpu_mem_usage",
                        "peft_adapters",
                        "specs",
                        "preload",
                        "on_demand",
                        "runtime_spec",
                        "context_length",
                        "n_batch",
                        "fast_tokenizer",
                        "max_seq_length",
                        "chat_template",
                        "tools",
                        "reasoning_parser",
                        "tool_call_parser")
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
        parameters.key("max_input_length", parameter(ParameterRule.WHOLE_FROM_1));
        define(
                "params",
                parameters
                        .key("return_probabilities", parameter(ParameterRule.TRUTH))
                        .foreign("do_normalize"));
        define(
                "quantization",
                mapping("quantization")
                        .key("type", words(ModelReader.PRECISIONS.keySet()))
                        .foreign("compute_dtype", "double_quant"));
        modelSources();
    }

    private void workflowCalls() {
        define("workflow-action", mapping("workflow-action").keysOf(WorkflowAction.class));
        define(
                "workflow-component",
                component("workflow-component", "workflow-action")
                        .key("type", words(List.of(WorkflowComponentConfig.TYPE)))
                        .keysOf(WorkflowAction.class)
                        .keysOf(WorkflowComponentConfig.class, "type", "actions")
                        .rule(oneAction(required("workflow"))));
    }

    private void shell() {
        define("shell-action", shellAction(mapping("shell-action")));
        define(
                "shell",
                shellAction(component("shell", "shell-action"))
                        .key("base_dir", text())
                        .key("inherit_environment", inherited())
                        .key("install", commands())
                        .key("clean", commands())
                        .key("manage", ref("shell-manage"))
                        .rule(when(required("manage"), forbidden("install", "clean")))
                        .rule(oneAction(required("command"))));
        define(
                "shell-manage",
                mapping("shell-manage").keysOf(ShellConfig.Scripts.class).key("scripts", ref("shell-scripts")));
        define("shell-scripts", mapping("shell-scripts").keysOf(ShellConfig.Scripts.class, "working_dir", "env"));
    }

    private static MappingSchema shellAction(MappingSchema mapping) {
        return mapping.keysOf(ShellAction.class, "several")
                .key("command", command())
                .key("env", mappingOf(template()))
                .key("batch_size", parameter(ParameterRule.WHOLE_FROM_1))
                .key("streaming", parameter(ParameterRule.TRUTH));
    }

    /** A list of words, or a list of such lists. */
    private static Map<String, Object> command() {
        Map<String, Object> words = schema("type", "array", "items", text(), "minItems", 1);
        return anyOf(words, schema("type", "array", "items", words, "minItems", 1));
    }

    private void splitters() {
        define("text-splitter-action", bySize(mapping("text-splitter-action")).rule(notBothSeparators()));
        define(
                "text-splitter",
                bySize(component("text-splitter", "text-splitter-action"))
                        .keysOf(SplitterConfig.class, "type", "actions")
                        .rule(notBothSeparators())
                        .rule(oneAction(required("text"))));
        define("sentence-splitter-action", bySentence(mapping("sentence-splitter-action")));
        define(
                "sentence-splitter",
                bySentence(component("sentence-splitter", "sentence-splitter-action"))
                        .keysOf(SplitterConfig.class, "type", "actions")
                        .key("driver", words(List.of(SplitterReader.DRIVER)))
                        .rule(oneAction(required("text"))));
    }

    private static Map<String, Object> notBothSeparators() {
        return schema("not", required("language", "separators"));
    }

    private static MappingSchema bySize(MappingSchema mapping) {
        return splitter(mapping.keysOf(SplitterAction.BySize.class))
                .key("language", words(SplitterReader.LANGUAGES))
                .key("chunk_size", parameter(ParameterRule.WHOLE_FROM_1))
                .key("chunk_overlap", parameter(ParameterRule.WHOLE_FROM_0))
                .key("maximize_chunk", parameter(ParameterRule.TRUTH));
    }

    private static MappingSchema bySentence(MappingSchema mapping) {
        return splitter(mapping.keysOf(SplitterAction.BySentence.class))
                .key("min_chunk_length", parameter(ParameterRule.WHOLE_FROM_0))
                .key("max_chunk_length", parameter(ParameterRule.WHOLE_FROM_1));
    }

    private static MappingSchema splitter(MappingSchema mapping) {
        return mapping.key("streaming", parameter(ParameterRule.TRUTH))
                .key("batch_size", parameter(ParameterRule.WHOLE_FROM_1));
    }

    private static MappingSchema modelAction(MappingSchema mapping) {
        mapping.keysOf(ModelAction.class, "classification")
                .key("labels", texts())
                .key("return_probabilities", parameter(ParameterRule.TRUTH))
                .key("prompt", template())
                .key("streaming", parameter(ParameterRule.TRUTH))
                .key("batch_size", parameter(ParameterRule.WHOLE_FROM_1))
                .key("max_input_length", parameter(ParameterRule.WHOLE_FROM_1))
                .key("params", ref("params"))
                .foreign("rate_limit", "cache");
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
