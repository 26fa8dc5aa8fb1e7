package dev.weir.config;

import java.util.regex.Pattern;

/**
 * The workflows as tools of the Model Context Protocol.
 *
 * @param basePath the path of the endpoint, with a leading and without a trailing slash; never the root
 */
public record McpConfig(String basePath) {
    private static final Pattern NOT_IN_A_NAME = Pattern.compile("[^A-Za-z0-9_.-]");

    /** Returns the name of a workflow's tool: its id, with an underscore for each character that a name cannot have. */
    public static String toolName(String workflowId) {
        return NOT_IN_A_NAME.matcher(workflowId).replaceAll("_");
    }
}
