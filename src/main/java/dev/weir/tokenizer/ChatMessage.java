package dev.weir.tokenizer;

/**
 * One turn of a conversation.
 *
 * @param role who speaks, mostly {@code system}, {@code user} or {@code assistant}; which roles exist is the template's
 *     business
 */
public record ChatMessage(String role, String content) {}
