package dev.weir.tokenizer;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Checks a {@code TemplateProcessing}: a template with a name that does not exist makes the native library abort the JVM. */
final class TemplateCheck {
    private static final int MOST_PIECES = 64;
    private static final int LARGEST_TYPE = 255;

    private TemplateCheck() {}

    static void check(Map<?, ?> part, Place place) {
        Place specials = place.at("special_tokens");
        Set<String> known = new TreeSet<>();
        if (part.get("special_tokens") instanceof Map<?, ?> tokens) {
            tokens.forEach((name, token) -> {
                specialToken(String.valueOf(name), token, specials.at(String.valueOf(name)));
                known.add(String.valueOf(name));
            });
        } else {
            throw specials.refused("must be an object");
        }
        template(part.get("single"), known, Set.of("A"), place.at("single"));
        template(part.get("pair"), known, Set.of("A", "B"), place.at("pair"));
    }

    private static void specialToken(String name, @Nullable Object value, Place place) {
        if (!(value instanceof Map<?, ?> token)) {
            throw place.refused("must be an object");
        }
        place.at("id").require(name.equals(token.get("id")), "must be its own name");
        List<?> ids = PartsCheck.list(token.get("ids"), place.at("ids"));
        List<?> texts = PartsCheck.list(token.get("tokens"), place.at("tokens"));
        place.require(
                !ids.isEmpty() && ids.size() == texts.size() && ids.size() <= MOST_PIECES,
                "must have as many ids as tokens, from 1 to " + MOST_PIECES);
        place.at("ids")
                .require(
                        ids.stream()
                                .allMatch(
                                        id -> id instanceof Long number && number >= 0 && number <= Integer.MAX_VALUE),
                        "must hold whole numbers from 0 to " + Integer.MAX_VALUE);
        place.at("tokens").require(texts.stream().allMatch(String.class::isInstance), "must hold texts");
    }

    private static void template(@Nullable Object value, Set<String> known, Set<String> sequences, Place place) {
        List<?> pieces = PartsCheck.list(value, place);
        place.require(pieces.size() <= MOST_PIECES, "has too many pieces (at most " + MOST_PIECES + ")");
        Set<String> used = new TreeSet<>();
        for (int i = 0; i < pieces.size(); i++) {
            Place piece = place.at(i);
            if (!(pieces.get(i) instanceof Map<?, ?> map) || map.size() != 1) {
                throw piece.refused("must be a Sequence or a SpecialToken");
            }
            String kind = String.valueOf(map.keySet().iterator().next());
            if (!(map.get(kind) instanceof Map<?, ?> named) || !(named.get("id") instanceof String id)) {
                throw piece.refused("must be a Sequence or a SpecialToken with an id");
            }
            PartsCheck.number(named, "type_id", piece.at(kind), 0, LARGEST_TYPE, 0);
            if (kind.equals("SpecialToken")) {
                piece.require(known.contains(id), "names " + Place.shown(id) + ", which special_tokens does not have");
            } else {
                piece.require(kind.equals("Sequence"), "must be a Sequence or a SpecialToken");
                piece.require(
                        sequences.contains(id) && used.add(id),
                        "names sequence " + Place.shown(id) + " (must be "
                                + String.join(" or ", new TreeSet<>(sequences)) + ", once)");
            }
        }
        place.require(
                used.containsAll(sequences), "must hold sequence " + String.join(" and ", new TreeSet<>(sequences)));
    }
}
