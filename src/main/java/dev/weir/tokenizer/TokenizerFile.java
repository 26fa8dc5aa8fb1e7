package dev.weir.tokenizer;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A checked {@code tokenizer.json}. Content that makes the native library abort the JVM or run for ever is refused, with its
 * place in the file.
 *
 * @param json the content
 * @param hash SHA-256 of the file, hexadecimal
 * @param longestToken the most characters (UTF-16) of a token
 * @param expansion the most characters that the normaliser writes for one character
 */
record TokenizerFile(Path path, String json, String hash, int longestToken, int expansion) {
    /** The most tokens of a vocabulary. */
    static final int MOST_TOKENS = 4_000_000;
    /** The most added tokens; the library searches each text for them. */
    static final int MOST_ADDED_TOKENS = 131_072;
    /** The most characters of a token. */
    static final int LONGEST_TOKEN = 1_024;

    private static final int MOST_MERGES = 8_000_000;

    /**
     * Reads and checks a file.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} with the place, if the file is refused or cannot be read
     */
    static TokenizerFile read(Path path) {
        try {
            byte[] bytes = Files.readAllBytes(path);
            return new Examination(path, new String(bytes, StandardCharsets.UTF_8), hash(bytes)).file();
        } catch (IOException e) {
            throw new WeirException(
                    ErrorCode.NOT_READY, "the tokenizer " + path + " cannot be read: " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "the tokenizer " + path + " is too large for the memory of this server: give the JVM more (-Xmx)",
                    e);
        }
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every JVM has SHA-256", e);
        }
    }

    /** The check of one file, in one or two passes. */
    private static final class Examination {
        private final Path path;
        private final String json;
        private final String hash;
        private final Place root;
        private PartsCheck parts = new PartsCheck();
        private String prefix = "";
        private int longestToken = 1;

        Examination(Path path, String json, String hash) {
            this.path = path;
            this.json = json;
            this.hash = hash;
            this.root = new Place(path, "");
        }

        TokenizerFile file() {
            pass();
            if (!prefix.isEmpty()) {
                // Merges may precede the prefix that they must have.
                pass();
            }
            return new TokenizerFile(path, json, hash, longestToken, parts.expansion());
        }

        private void pass() {
            parts = new PartsCheck();
            try (JsonParser parser = Json.createParser(new StringReader(json))) {
                root.require(parser.hasNext() && parser.next() == Event.START_OBJECT, "is not a JSON object");
                Set<String> seen = new HashSet<>();
                for (Event event = parser.next(); event != Event.END_OBJECT; event = parser.next()) {
                    String key = parser.getString();
                    root.at(key).require(seen.size() < 64 && seen.add(key), "stands twice, or is one key too many");
                    member(key, parser, root.at(key));
                }
                root.require(!parser.hasNext(), "goes on after its end");
                root.require(seen.contains("model"), "has no model");
            } catch (JsonException | NoSuchElementException | IllegalStateException e) {
                throw root.refused("is not JSON: " + Place.shown(String.valueOf(e.getMessage())));
            }
        }

        private void member(String key, JsonParser parser, Place place) {
            if (key.equals("model")) {
                place.require(parser.next() == Event.START_OBJECT, "must be an object");
                model(parser, place);
                return;
            }
            if (key.equals("added_tokens")) {
                place.require(parser.next() == Event.START_ARRAY, "must be a list");
                addedTokens(parser, place);
                return;
            }
            Object value = JsonTree.read(parser, parser.next(), place);
            switch (key) {
                case "normalizer" -> parts.normalizer(value, place);
                case "pre_tokenizer" -> parts.preTokenizer(value, place);
                case "post_processor" -> parts.postProcessor(value, place);
                case "decoder" -> parts.decoder(value, place);
                case "truncation" -> parts.truncation(value, place);
                case "padding" -> parts.padding(value, place);
                default -> {
                    // The library does not read it.
                }
            }
        }

        private void addedTokens(JsonParser parser, Place place) {
            int count = 0;
            for (Event event = parser.next(); event != Event.END_ARRAY; event = parser.next()) {
                Place token = place.at(count);
                count = counted(count, MOST_ADDED_TOKENS, place);
                if (!(JsonTree.read(parser, event, token) instanceof Map<?, ?> map)) {
                    throw token.refused("must be an object");
                }
                String content = PartsCheck.text(map, "content", token, PartsCheck.LONGEST_TEXT);
                token.at("content").require(!content.isEmpty(), "is empty");
                PartsCheck.number(map, "id", token, 0, Integer.MAX_VALUE, 0);
                token(content, token);
            }
        }

        private void token(String text, Place place) {
            if (text.length() > LONGEST_TOKEN) {
                throw place.refused(
                        "holds a token of " + text.length() + " characters (at most " + LONGEST_TOKEN + ")");
            }
            longestToken = Math.max(longestToken, text.length());
        }

        private void model(JsonParser parser, Place place) {
            Set<String> seen = new HashSet<>();
            String type = "";
            boolean pieces = false;
            for (Event event = parser.next(); event != Event.END_OBJECT; event = parser.next()) {
                String key = parser.getString();
                Place member = place.at(key);
                member.require(seen.size() < 64 && seen.add(key), "stands twice, or is one key too many");
                Event value = parser.next();
                if (key.equals("vocab") && value == Event.START_OBJECT) {
                    vocabulary(parser, member);
                } else if (key.equals("vocab") && value == Event.START_ARRAY) {
                    pieces = true;
                    pieces(parser, member);
                } else if (key.equals("merges") && value == Event.START_ARRAY) {
                    merges(parser, member);
                } else {
                    Object read = JsonTree.read(parser, value, member);
                    type = key.equals("type") && read instanceof String text ? text : type;
                    setting(key, read, member);
                    prefix = key.equals("continuing_subword_prefix") && read instanceof String text ? text : prefix;
                }
            }
            Set<String> known = Set.of("", "BPE", "WordPiece", "WordLevel", "Unigram");
            place.at("type").require(known.contains(type), "is " + Place.shown(type) + ", which is not known");
            place.at("vocab").require(seen.contains("vocab"), "is missing");
            place.at("vocab").require(type.isEmpty() || pieces == type.equals("Unigram"), "has another form");
        }

        private static void setting(String key, @Nullable Object value, Place place) {
            if (value instanceof String text) {
                place.require(
                        text.length() <= PartsCheck.LONGEST_TEXT,
                        "has " + text.length() + " characters (at most " + PartsCheck.LONGEST_TEXT + ")");
            } else if (value instanceof Long number) {
                place.require(number >= 0 && number <= Integer.MAX_VALUE, "must be from 0 to " + Integer.MAX_VALUE);
                place.require(!key.equals("max_input_chars_per_word") || number <= 10_000, "must be at most 10000");
            } else if (key.equals("dropout") && value instanceof Double share) {
                place.require(share >= 0 && share <= 1, "must be from 0 to 1, is " + share);
            }
        }

        private void vocabulary(JsonParser parser, Place place) {
            int count = 0;
            for (Event event = parser.next(); event != Event.END_OBJECT; event = parser.next()) {
                count = counted(count, MOST_TOKENS, place);
                String text = parser.getString();
                token(text, place);
                if (parser.next() != Event.VALUE_NUMBER || !isId(parser.getString())) {
                    throw place.at(text).refused("must be a whole number from 0 to " + Integer.MAX_VALUE);
                }
            }
            place.require(count > 0, "is empty");
        }

        private static int counted(int count, int most, Place place) {
            if (count == most) {
                throw place.refused("has too many entries (at most " + most + ")");
            }
            return count + 1;
        }

        private static boolean isId(String digits) {
            return digits.length() <= 10
                    && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                    && Long.parseLong(digits) <= Integer.MAX_VALUE;
        }

        private void pieces(JsonParser parser, Place place) {
            int count = 0;
            for (Event event = parser.next(); event != Event.END_ARRAY; event = parser.next()) {
                count = counted(count, MOST_TOKENS, place);
                boolean begins = event == Event.START_ARRAY && parser.next() == Event.VALUE_STRING;
                String text = begins ? parser.getString() : "";
                if (text.isEmpty() || parser.next() != Event.VALUE_NUMBER || parser.next() != Event.END_ARRAY) {
                    throw place.at(count - 1).refused("must be [token, score] with a token that is not empty");
                }
                token(text, place);
            }
            place.require(count > 0, "is empty");
        }

        private void merges(JsonParser parser, Place place) {
            int count = 0;
            for (Event event = parser.next(); event != Event.END_ARRAY; event = parser.next()) {
                count = counted(count, MOST_MERGES, place);
                boolean apart = event == Event.START_ARRAY && parser.next() == Event.VALUE_STRING;
                String first = apart || event == Event.VALUE_STRING ? parser.getString() : "";
                boolean whole = event == Event.VALUE_STRING || (apart && parser.next() == Event.VALUE_STRING);
                String second = !whole ? "" : apart ? parser.getString() : first.substring(first.indexOf(' ') + 1);
                boolean closed = whole && (!apart || parser.next() == Event.END_ARRAY);
                if (!closed || first.length() > 2 * LONGEST_TOKEN || second.length() > 2 * LONGEST_TOKEN) {
                    throw place.at(count - 1).refused("must be a text or two texts, of tokens");
                }
                if (!prefix.isEmpty() && !first.startsWith("#version") && !second.startsWith(prefix)) {
                    throw place.at(count - 1)
                            .refused("must go on with continuing_subword_prefix, " + Place.shown(prefix));
                }
            }
        }
    }
}
