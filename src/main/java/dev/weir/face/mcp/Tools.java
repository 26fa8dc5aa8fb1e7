package dev.weir.face.mcp;

import dev.weir.Excerpt;
import dev.weir.config.Exposure;
import dev.weir.config.McpConfig;
import dev.weir.workflow.served.ServedWorkflow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The workflows as tools, in the order of the configuration. Stateless. */
final class Tools {
    private static final int LONGEST_SHOWN = 80;

    private Tools() {}

    /**
     * The descriptions of the tools.
     *
     * @param workflows those that the caller may run
     * @param mask masks the secrets in a text
     */
    static List<Map<String, @Nullable Object>> describe(List<ServedWorkflow> workflows, UnaryOperator<String> mask) {
        return workflows.stream()
                .filter(Tools::isTool)
                .map(workflow -> describe(workflow, mask))
                .toList();
    }

    /**
     * The workflow of a tool.
     *
     * @param workflows those that the caller may run
     * @throws RpcException if there is no such tool
     */
    static ServedWorkflow find(List<ServedWorkflow> workflows, String name) {
        return workflows.stream()
                .filter(Tools::isTool)
                .filter(workflow -> McpConfig.toolName(workflow.config().id()).equals(name))
                .findFirst()
                .orElseThrow(() -> RpcException.unknownTool(Excerpt.of(name, LONGEST_SHOWN)));
    }

    private static boolean isTool(ServedWorkflow workflow) {
        Exposure exposure = workflow.config().exposure();
        return exposure.isTool() && !exposure.isPrivate();
    }

    private static Map<String, @Nullable Object> describe(ServedWorkflow workflow, UnaryOperator<String> mask) {
        Map<String, @Nullable Object> tool = new LinkedHashMap<>();
        tool.put("name", McpConfig.toolName(workflow.config().id()));
        putText(tool, "title", mask.apply(workflow.config().title()));
        putText(tool, "description", mask.apply(workflow.config().description()));
        ToolSchema schema = new ToolSchema(mask);
        tool.put("inputSchema", schema.input(workflow.schema()));
        schema.output(workflow).ifPresent(output -> tool.put("outputSchema", output));
        return tool;
    }

    private static void putText(Map<String, @Nullable Object> tool, String key, String text) {
        if (!text.isBlank()) {
            tool.put(key, text);
        }
    }
}
