package dev.weir.config.schema;

import dev.weir.binding.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Checks by its first bytes whether a file may be of a declared type, {@code image}, {@code audio} or {@code video}, and of
 * a known subtype. The client's description of a file is not trusted.
 *
 * @see <a href="https://mimesniff.spec.whatwg.org/#matching-a-mime-type-pattern">The same in browsers</a>
 */
final class FileSignatures {
    private static final Set<String> MEDIA = Set.of("image", "audio", "video");
    private static final int HEAD_BYTES = 1024;

    /**
     * The first bytes of files of some formats.
     *
     * @param types the media types of the formats
     * @param subtypes the names of the formats
     * @param pattern the first bytes in hexadecimal; {@code ..} is any
     */
    private record Signature(Set<String> types, Set<String> subtypes, String pattern) {
        boolean matches(byte[] content) {
            String[] bytes = pattern.split(" ", -1);
            if (content.length < bytes.length) {
                return false;
            }
            for (int i = 0; i < bytes.length; i++) {
                if (!bytes[i].equals("..") && Integer.parseInt(bytes[i], 16) != (content[i] & 0xFF)) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final List<Signature> ALL = List.of(
            of("image", "png", "89 50 4e 47 0d 0a 1a 0a"),
            of("image", "jpeg jpg", "ff d8 ff"),
            of("image", "gif", "47 49 46 38 37 61"),
            of("image", "gif", "47 49 46 38 39 61"),
            of("image", "webp", "52 49 46 46 .. .. .. .. 57 45 42 50"),
            of("image", "bmp", "42 4d"),
            of("image", "tiff tif", "49 49 2a 00"),
            of("image", "tiff tif", "4d 4d 00 2a"),
            of("image", "x-icon ico", "00 00 01 00"),
            of("image", "avif", ".. .. .. .. 66 74 79 70 61 76 69"),
            of("image", "heic heif", ".. .. .. .. 66 74 79 70 68 65"),
            of("image", "heic heif avif", ".. .. .. .. 66 74 79 70 6d 69 66 31"),
            of("audio", "wav wave x-wav", "52 49 46 46 .. .. .. .. 57 41 56 45"),
            of("audio", "mpeg mp3", "49 44 33"),
            of("audio", "mpeg mp3", "ff fb"),
            of("audio", "mpeg mp3", "ff fa"),
            of("audio", "mpeg mp3", "ff f3"),
            of("audio", "mpeg mp3", "ff f2"),
            of("audio", "aac", "ff f1"),
            of("audio", "aac", "ff f9"),
            of("audio", "flac", "66 4c 61 43"),
            of("audio", "aiff x-aiff", "46 4f 52 4d .. .. .. .. 41 49 46 46"),
            of("audio", "amr", "23 21 41 4d 52"),
            of("audio", "midi mid", "4d 54 68 64"),
            of("audio video", "ogg oga ogv opus", "4f 67 67 53"),
            of("audio video", "mp4 m4a m4v quicktime mov 3gpp", ".. .. .. .. 66 74 79 70"),
            of("audio video", "webm matroska x-matroska mkv", "1a 45 df a3"),
            of("video", "avi x-msvideo", "52 49 46 46 .. .. .. .. 41 56 49 20"),
            of("video", "mpeg mpg", "00 00 01 ba"),
            of("video", "mpeg mpg", "00 00 01 b3"),
            of("video", "mp2t ts", "47"),
            of("audio video", "wma wmv x-ms-wmv x-ms-asf", "30 26 b2 75"),
            of("video", "flv x-flv", "46 4c 56 01"));

    private FileSignatures() {}

    private static Signature of(String types, String subtypes, String pattern) {
        return new Signature(Set.of(types.split(" ", -1)), Set.of(subtypes.split(" ", -1)), pattern);
    }

    /** Returns the reason why {@code content} is not of a type; empty if it may be. */
    static Optional<String> fault(ValueType type, byte[] content) {
        if (!MEDIA.contains(type.name())) {
            return Optional.empty();
        }
        List<String> wanted = new ArrayList<>();
        for (String subtype : type.options()) {
            wanted.add(subtype.toLowerCase(Locale.ROOT));
        }
        boolean known = ALL.stream().anyMatch(signature -> wanted.stream().anyMatch(signature.subtypes()::contains));
        boolean right = isSvg(content)
                ? type.name().equals("image") && (!known || wanted.contains("svg+xml") || wanted.contains("svg"))
                : ALL.stream()
                        .filter(signature -> signature.types().contains(type.name()) && signature.matches(content))
                        .anyMatch(signature -> !known || wanted.stream().anyMatch(signature.subtypes()::contains));
        String what = type.name() + (wanted.isEmpty() ? "" : "/" + type.subtype());
        return right ? Optional.empty() : Optional.of("it does not begin as a file of the type " + what + " does");
    }

    private static boolean isSvg(byte[] content) {
        byte[] head = Arrays.copyOf(content, Math.min(content.length, HEAD_BYTES));
        String text = new String(head, StandardCharsets.UTF_8).stripLeading();
        return (text.startsWith("<") || text.startsWith("\uFEFF<")) && text.contains("<svg");
    }
}
