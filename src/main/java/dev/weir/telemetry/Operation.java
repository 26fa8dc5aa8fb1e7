package dev.weir.telemetry;

/**
 * What a call asks of a model.
 *
 * @param name {@code chat}, {@code text_completion}, {@code embeddings} or {@code generate_content}
 * @param provider the provider by the conventions, such as {@code openai}; {@link #LOCAL} for a model of this server
 * @param model the model that the configuration names; {@link #OTHER} if an input names it
 * @param address the upstream's host; {@link #OTHER} if an input names it, empty for a model of this server
 * @param port the upstream's port; 0 for none
 */
public record Operation(String name, String provider, String model, String address, int port) {
    /** The provider of the models of this server. */
    public static final String LOCAL = "weir";

    /** The value of an attribute with too many values. */
    public static final String OTHER = "_OTHER";

    /** An operation of a model of this server. */
    public static Operation local(String name, String model) {
        return new Operation(name, LOCAL, model, "", 0);
    }

    /** This operation without the names of its host and provider. */
    public Operation anywhere() {
        return new Operation(name, OTHER, model, OTHER, 0);
    }

    boolean isLocal() {
        return provider.equals(LOCAL);
    }

    /** The port as the value of an attribute. */
    String portText() {
        return port > 0 ? String.valueOf(port) : "";
    }
}
