package dev.weir.tokenizer;

import java.util.List;

/**
 * One turn of a conversation.
 *
 * @param role who speaks, mostly {@code system}, {@code user} or {@code assistant}; which roles exist is the template's
 *     business
 * @param content a text, or a list of parts such as {@code {type: text, text: Hello}}, for templates that know them
 */
public record ChatMessage(String role, Object content) {
    public ChatMessage {
        if (!(content instanceof String || content instanceof List)) {
            throw new IllegalArgumentException("content must be a text or a list of parts, was " + content.getClass());
        }
    }
}
