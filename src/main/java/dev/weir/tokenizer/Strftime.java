package dev.weir.tokenizer;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Formats dates as C's {@code strftime} does in English; an unknown directive is copied unchanged. */
final class Strftime {
    private Strftime() {}

    static String format(LocalDateTime time, String format) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                text.append(c);
                continue;
            }
            boolean unpadded = format.charAt(i + 1) == '-' && i + 2 < format.length();
            i += unpadded ? 2 : 1;
            String written = written(time, format.charAt(i));
            text.append(unpadded ? written.replaceFirst("^0(?=[0-9])", "") : written);
        }
        return text.toString();
    }

    private static String written(LocalDateTime time, char directive) {
        return switch (directive) {
            case '%' -> "%";
            case 'd' -> pattern(time, "dd");
            case 'e' -> String.format("%2d", time.getDayOfMonth());
            case 'j' -> pattern(time, "DDD");
            case 'm' -> pattern(time, "MM");
            case 'b', 'h' -> pattern(time, "MMM");
            case 'B' -> pattern(time, "MMMM");
            case 'y' -> pattern(time, "uu");
            case 'Y' -> String.valueOf(time.getYear());
            case 'a' -> pattern(time, "EEE");
            case 'A' -> pattern(time, "EEEE");
            case 'w' -> String.valueOf(time.getDayOfWeek().getValue() % 7);
            case 'u' -> String.valueOf(time.getDayOfWeek().getValue());
            case 'H' -> pattern(time, "HH");
            case 'I' -> pattern(time, "hh");
            case 'M' -> pattern(time, "mm");
            case 'S' -> pattern(time, "ss");
            case 'p' -> pattern(time, "a").toUpperCase(Locale.ROOT);
            case 'f' -> pattern(time, "SSSSSS");
            case 'F' -> pattern(time, "uuuu-MM-dd");
            case 'T', 'X' -> pattern(time, "HH:mm:ss");
            case 'R' -> pattern(time, "HH:mm");
            case 'D', 'x' -> pattern(time, "MM/dd/uu");
            case 'c' -> pattern(time, "EEE MMM ") + written(time, 'e') + pattern(time, " HH:mm:ss uuuu");
            default -> "%" + directive;
        };
    }

    private static String pattern(LocalDateTime time, String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.US).format(time);
    }
}
