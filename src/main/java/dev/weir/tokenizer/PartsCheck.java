package dev.weir.tokenizer;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the parts of a {@code tokenizer.json} other than its model: normaliser, pre-tokeniser, post-processor, decoder,
 * truncation and padding. Some unchecked values make the native library abort the JVM. Therefore each value is checked here, and
 * an unknown type is refused.
 */
final class PartsCheck {
    /** The most characters of a text that a part matches or writes. */
    static final int LONGEST_TEXT = 256;
    /** The largest factor by which the replacements of a normaliser may lengthen a text. */
    static final int MOST_EXPANSION = 16;

    private static final int MOST_PARTS = 64;
    private static final int MOST_TOKENS = 1_000_000;
    private static final Set<String> NORMALIZERS = Set.of(
            "BertNormalizer", "Strip", "StripAccents", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "Nmt", "ByteLevel");
    private static final Set<String> PRE_TOKENIZERS = Set.of(
            "BertPreTokenizer",
            "ByteLevel",
            "CharDelimiterSplit",
            "Metaspace",
            "Whitespace",
            "WhitespaceSplit",
            "Punctuation",
            "Digits",
            "UnicodeScripts");
    private static final Set<String> DECODERS =
            Set.of("BPEDecoder", "ByteLevel", "WordPiece", "Metaspace", "CTC", "Fuse", "ByteFallback");

    private int parts;
    private int expansion = 1;
    private int decoderExpansion = 1;
    private boolean mapped;
    private int mapExpansion = 1;

    /** Returns the most characters that the normaliser writes for one character, by its replacements and its character map. */
    int expansion() {
        return expansion * mapExpansion;
    }

    void normalizer(@Nullable Object value, Place place) {
        if (value == null) {
            return;
        }
        Map<?, ?> part = part(value, place);
        switch (type(part, place)) {
            case "Sequence" -> {
                List<?> inner = list(part.get("normalizers"), place.at("normalizers"));
                for (int i = 0; i < inner.size(); i++) {
                    normalizer(
                            required(inner.get(i), place),
                            place.at("normalizers").at(i));
                }
            }
            case "Precompiled" -> {
                place.require(!mapped, "is the second character map (at most 1)");
                mapped = true;
                mapExpansion = CharacterMap.check(
                        text(part, "precompiled_charsmap", place, Integer.MAX_VALUE), place.at("precompiled_charsmap"));
            }
            case "Prepend" ->
                place.at("prepend")
                        .require(!text(part, "prepend", place, LONGEST_TEXT).isEmpty(), "is empty");
            case "Replace" -> {
                // The library reads the character after the match, even at the end of the text.
                place.at("pattern")
                        .require(
                                !pattern(part.get("pattern"), place.at("pattern")),
                                "is a pattern that matches an empty text");
                expansion = expanded(expansion, part, place);
            }
            default -> known(part, NORMALIZERS, place);
        }
    }

    private static int expanded(int before, Map<?, ?> part, Place place) {
        int expansion =
                before * Math.max(1, text(part, "content", place, LONGEST_TEXT).length());
        place.require(
                expansion <= MOST_EXPANSION,
                "makes a text " + expansion + " times as long with the replacements before it (at most "
                        + MOST_EXPANSION + " times)");
        return expansion;
    }

    void preTokenizer(@Nullable Object value, Place place) {
        if (value == null) {
            return;
        }
        Map<?, ?> part = part(value, place);
        switch (type(part, place)) {
            case "Sequence" -> {
                List<?> inner = list(part.get("pretokenizers"), place.at("pretokenizers"));
                for (int i = 0; i < inner.size(); i++) {
                    preTokenizer(
                            required(inner.get(i), place),
                            place.at("pretokenizers").at(i));
                }
            }
            case "Split" -> pattern(part.get("pattern"), place.at("pattern"));
            case "FixedLength" -> number(part, "length", place, 1, MOST_TOKENS, 5);
            default -> known(part, PRE_TOKENIZERS, place);
        }
    }

    void postProcessor(@Nullable Object value, Place place) {
        if (value == null) {
            return;
        }
        Map<?, ?> part = part(value, place);
        switch (type(part, place)) {
            case "Sequence" -> {
                List<?> inner = list(part.get("processors"), place.at("processors"));
                for (int i = 0; i < inner.size(); i++) {
                    postProcessor(
                            required(inner.get(i), place),
                            place.at("processors").at(i));
                }
            }
            case "BertProcessing", "RobertaProcessing" -> {
                pair(part.get("sep"), place.at("sep"));
                pair(part.get("cls"), place.at("cls"));
            }
            case "TemplateProcessing" -> TemplateCheck.check(part, place);
            default -> known(part, Set.of("ByteLevel"), place);
        }
    }

    void decoder(@Nullable Object value, Place place) {
        if (value == null) {
            return;
        }
        Map<?, ?> part = part(value, place);
        switch (type(part, place)) {
            case "Sequence" -> {
                List<?> inner = list(part.get("decoders"), place.at("decoders"));
                for (int i = 0; i < inner.size(); i++) {
                    decoder(required(inner.get(i), place), place.at("decoders").at(i));
                }
            }
            case "Replace" -> {
                pattern(part.get("pattern"), place.at("pattern"));
                decoderExpansion = expanded(decoderExpansion, part, place);
            }
            case "Strip" -> {
                text(part, "content", place, 2);
                number(part, "start", place, 0, LONGEST_TEXT, 0);
                // The library counts back from the end of a token without a check for its beginning.
                number(part, "stop", place, 0, 0, 0);
            }
            default -> {
                known(part, DECODERS, place);
                for (String key : List.of("prefix", "suffix", "pad_token", "word_delimiter_token")) {
                    if (part.get(key) != null) {
                        text(part, key, place, LONGEST_TEXT);
                    }
                }
            }
        }
    }

    void truncation(@Nullable Object value, Place place) {
        if (value != null) {
            Map<?, ?> part = part(value, place);
            long most = number(part, "max_length", place, 1, Integer.MAX_VALUE, 512);
            number(part, "stride", place, 0, most - 1, 0);
        }
    }

    void padding(@Nullable Object value, Place place) {
        if (value != null) {
            Map<?, ?> part = part(value, place);
            number(part, "pad_to_multiple_of", place, 1, MOST_TOKENS, 8);
            number(part, "pad_id", place, 0, Integer.MAX_VALUE, 0);
            text(part, "pad_token", place, LONGEST_TEXT);
            if (part.get("strategy") instanceof Map<?, ?> fixed) {
                number(fixed, "Fixed", place.at("strategy"), 1, MOST_TOKENS, 1);
            }
        }
    }

    /** Checks a pattern; returns true if it can match an empty text. */
    private static boolean pattern(@Nullable Object value, Place place) {
        if (!(value instanceof Map<?, ?> pattern) || pattern.size() != 1) {
            throw place.refused("must be {\"String\": …} or {\"Regex\": …}");
        }
        if (pattern.containsKey("Regex")) {
            return PatternCheck.check(text(pattern, "Regex", place, Integer.MAX_VALUE), place.at("Regex"));
        }
        String text = text(pattern, "String", place, LONGEST_TEXT);
        place.require(!text.isEmpty(), "is an empty pattern");
        return false;
    }

    private static void pair(@Nullable Object value, Place place) {
        boolean valid = value instanceof List<?> pair
                && pair.size() == 2
                && pair.get(0) instanceof String
                && pair.get(1) instanceof Long id
                && id >= 0
                && id <= Integer.MAX_VALUE;
        place.require(valid, "must be a token and its id");
    }

    private Map<?, ?> part(Object value, Place place) {
        place.require(++parts <= MOST_PARTS, "is one part too many (at most " + MOST_PARTS + ")");
        if (value instanceof Map<?, ?> part) {
            return part;
        }
        throw place.refused("must be an object");
    }

    private static String type(Map<?, ?> part, Place place) {
        if (part.get("type") instanceof String type) {
            return type;
        }
        throw place.refused("has no type");
    }

    private static void known(Map<?, ?> part, Set<String> types, Place place) {
        String type = type(part, place);
        place.at("type").require(types.contains(type), "is " + Place.shown(type) + ", which is not known");
    }

    private static Object required(@Nullable Object value, Place place) {
        if (value == null) {
            throw place.refused("holds a null");
        }
        return value;
    }

    static List<?> list(@Nullable Object value, Place place) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw place.refused("must be a list");
    }

    static String text(Map<?, ?> part, String key, Place place, int longest) {
        if (!(part.get(key) instanceof String text)) {
            throw place.at(key).refused("must be a text");
        }
        place.at(key)
                .require(text.length() <= longest, "has " + text.length() + " characters (at most " + longest + ")");
        return text;
    }

    static long number(Map<?, ?> part, String key, Place place, long least, long most, long absent) {
        Object value = part.get(key);
        if (value == null) {
            return absent;
        }
        if (value instanceof Long number && number >= least && number <= most) {
            return number;
        }
        throw place.at(key).refused("must be a whole number from " + least + " to " + most + ", is " + value);
    }
}
