package dev.weir.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;

/**
 * The character map of SentencePiece in a {@code Precompiled} normaliser. It holds the size of a double-array trie in bytes, the
 * trie, and the replacements, each ended by a zero byte.
 *
 * <p>The native library follows the trie without bounds checks. Therefore this class first takes every step that a text can take
 * in the trie.
 *
 * @see <a href="https://github.com/google/sentencepiece/blob/master/src/normalizer.cc">Normalizer of SentencePiece</a>
 */
final class CharacterMap {
    private static final int LONGEST_REPLACEMENT = 64;

    private final int[] units;
    private final byte[] replacements;
    private final Place place;
    private int longest = 1;

    private CharacterMap(int[] units, byte[] replacements, Place place) {
        this.units = units;
        this.replacements = replacements;
        this.place = place;
    }

    /**
     * Checks a map; returns the most characters (UTF-16) of a replacement, at least 1.
     *
     * @throws dev.weir.WeirException {@link dev.weir.ErrorCode#NOT_READY} if the map is invalid
     */
    static int check(String base64, Place place) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw place.refused("is not base64");
        }
        place.require(bytes.length > 4, "is not a character map: it has " + bytes.length + " bytes");
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long size = Integer.toUnsignedLong(buffer.getInt());
        place.require(
                size >= 4 && size % 4 == 0 && size <= buffer.remaining(),
                "is not a character map: its trie has " + size + " bytes of " + buffer.remaining());
        int[] units = new int[(int) size / 4];
        buffer.asIntBuffer().get(units);
        byte[] replacements = new byte[buffer.remaining() - (int) size];
        buffer.position(buffer.position() + (int) size).get(replacements);
        CharacterMap map = new CharacterMap(units, replacements, place);
        map.walk();
        return map.longest;
    }

    private void walk() {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
        } catch (CharacterCodingException e) {
            throw place.refused("is not a character map: its replacements are not UTF-8");
        }
        BitSet seen = new BitSet(units.length);
        Deque<Integer> open = new ArrayDeque<>();
        int root = offset(units[0]);
        open.push(root);
        seen.set(root);
        while (!open.isEmpty()) {
            int node = open.pop();
            for (int label = 1; label < 256; label++) {
                int unit = unit(node ^ label);
                if ((unit & 0x800000FF) == label) {
                    int next = (node ^ label) ^ offset(unit);
                    if ((unit >>> 8 & 1) == 1) {
                        checkReplacement(unit(next) & 0x7fffffff);
                    }
                    place.require(next < units.length, "is not a character map: its trie leads out of itself");
                    if (!seen.get(next)) {
                        seen.set(next);
                        open.push(next);
                    }
                }
            }
        }
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >>> 6);
    }

    private int unit(int index) {
        place.require(index >= 0 && index < units.length, "is not a character map: its trie leads out of itself");
        return units[index];
    }

    private void checkReplacement(int start) {
        place.require(
                start < replacements.length && (replacements[start] & 0xC0) != 0x80,
                "is not a character map: a replacement begins at byte " + start + " of " + replacements.length);
        int end = start;
        while (end < replacements.length && replacements[end] != 0) {
            end++;
            place.require(
                    end - start <= LONGEST_REPLACEMENT,
                    "has a replacement of more than " + LONGEST_REPLACEMENT + " bytes");
        }
        longest = Math.max(longest, new String(replacements, start, end - start, StandardCharsets.UTF_8).length());
    }
}
