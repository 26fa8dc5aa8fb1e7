package dev.weir.face;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to a model, in the terms that all APIs share.
 *
 * @param model the id of the model
 * @param body the body of the request
 * @param content the messages or texts
 * @param options the parameters of the generation that the request sets, by their common names
 * @param others further values by the names of inputs that may take them
 * @param streams whether the client wants a stream
 */
public record ModelRequest(
        String model,
        Map<String, @Nullable Object> body,
        Content content,
        Map<String, Option> options,
        Map<String, Object> others,
        boolean streams) {
    /** The common names of the parameters of a generation. */
    public static final String TEMPERATURE = "temperature";

    public static final String TOP_P = "top_p";
    public static final String MAX_TOKENS = "max_tokens";
    public static final String STOP = "stop";
    public static final String SEED = "seed";
    public static final String COUNT = "n";
    public static final String TOP_K = "top_k";

    public ModelRequest {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
    }

    /**
     * A parameter of the generation.
     *
     * @param field the field of the request, for messages
     * @param isObligatory whether no request can leave the field out, so that it may stay without effect
     */
    public record Option(String field, Object value, boolean isObligatory) {
        public Option(String field, Object value) {
            this(field, value, false);
        }

        /** The same option, as one that no request can leave out. */
        public Option obligatory() {
            return new Option(field, value, true);
        }
    }

    /** What the model reads. */
    public sealed interface Content {
        /** The field of the request, for messages. */
        String field();

        /**
         * A conversation.
         *
         * @param turns the messages, the instructions among them
         * @param messages as the request has them, for an input that takes them all
         * @param apart the instructions, if the request has them outside its messages; null if it has none there
         */
        record Conversation(
                String field,
                List<Turn> turns,
                List<?> messages,
                @Nullable Instructions apart) implements Content {
            public Conversation {
                turns = List.copyOf(turns);
            }

            public Conversation(String field, List<Turn> turns, List<?> messages) {
                this(field, turns, messages, null);
            }

            /** The field with the instructions. */
            String instructionsField() {
                return apart == null ? field : apart.field();
            }
        }

        /**
         * Instructions outside the messages. Their text is a turn of the role {@code system}, too.
         *
         * @param value as the request has it
         */
        record Instructions(String field, Object value, String text) {}

        /**
         * A text, or a list of texts.
         *
         * @param inputs the names of inputs that take it, the first that exists
         */
        record Texts(String field, Object texts, List<String> inputs) implements Content {
            public Texts {
                inputs = List.copyOf(inputs);
            }
        }
    }
}
