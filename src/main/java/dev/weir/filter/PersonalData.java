package dev.weir.filter;

import dev.weir.filter.regex.RegexSyntaxException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Kinds of personal data, recognised by their shape and, where they have them, by check digits. */
public enum PersonalData {
    /** An e-mail address of RFC 5322 without quotes and comments, with a dot in its domain. */
    EMAIL("\\b[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@([A-Za-z0-9][A-Za-z0-9-]{0,62}\\.){1,8}[A-Za-z]{2,24}\\b"),

    /** An account number of ISO 13616, in groups of four or without spaces. */
    IBAN("\\b[A-Z]{2}\\d{2}( ?[A-Z0-9]{4}){2,7}( ?[A-Z0-9]{1,3})?\\b"),

    /** A payment card's number: the prefixes in use, 13 to 19 digits, Luhn's check digit. */
    CARD("\\b[2-6](\\d[ -]?){11,17}\\d\\b"),

    /** A resident or foreigner registration number of Korea; numbers issued since October 2020 have no check digit. */
    KR_RRN("\\b\\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\\d|3[01])-?[1-8]\\d{6}\\b"),

    /** A social security number of the United States. */
    US_SSN("\\b\\d{3}-\\d{2}-\\d{4}\\b"),

    /** An address of IPv4 or IPv6. */
    IP("\\b(\\d{1,3}\\.){3}\\d{1,3}\\b|\\b[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:]{1,33}[0-9A-Fa-f]\\b"),

    /** A telephone number: international with a plus, of Korea, or of North America, with or without separators. */
    PHONE("\\+\\d{1,3}([ .-]?(\\(\\d{1,4}\\)|\\d{1,4})){2,6}\\b"
            + "|\\b01[016789][ .-]?\\d{3,4}[ .-]?\\d{4}\\b"
            + "|\\b0\\d{1,2}[ .)-] ?\\d{3,4}[ .-]\\d{4}\\b"
            + "|(\\(|\\b)[2-9]\\d{2}(\\) ?|[ .-])\\d{3}[ .-]\\d{4}\\b");

    private static final int LONGEST = 256;
    private static final int IBAN_MODULUS = 97;

    private final String pattern;

    PersonalData(String pattern) {
        this.pattern = pattern;
    }

    /** Compiled at the first use. */
    private static final class Compiled {
        private static final Map<PersonalData, Regex> ALL = new EnumMap<>(PersonalData.class);

        static {
            for (PersonalData kind : values()) {
                try {
                    ALL.put(kind, Regex.of(kind.pattern, false, LONGEST, kind::passesCheck));
                } catch (RegexSyntaxException e) {
                    throw new IllegalStateException(kind.pattern, e);
                }
            }
        }
    }

    /** Returns the matcher for this kind. */
    public Matcher matcher() {
        return Objects.requireNonNull(Compiled.ALL.get(this), "every kind is compiled");
    }

    /** The name of the kind in a configuration, such as {@code kr-rrn}. In brackets it is the default replacement. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a match of the pattern passes the check of its kind. */
    private boolean passesCheck(String match) {
        return switch (this) {
            case IBAN -> isIban(match);
            case CARD -> isCard(match);
            case US_SSN -> isSocialSecurityNumber(match);
            case IP -> isAddress(match);
            case PHONE -> isTelephoneNumber(match);
            case EMAIL, KR_RRN -> true;
        };
    }

    private static String digits(String text) {
        return text.replaceAll("\\D", "");
    }

    private static boolean isCard(String match) {
        String digits = digits(match);
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int weighted = i % 2 == 0 ? digit : 2 * digit;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return sum % 10 == 0;
    }

    private static boolean isIban(String match) {
        String account = match.replace(" ", "");
        if (account.length() < 15 || account.length() > 34) {
            return false;
        }
        StringBuilder number = new StringBuilder();
        for (char c : (account.substring(4) + account.substring(0, 4)).toCharArray()) {
            number.append(Character.digit(c, Character.MAX_RADIX));
        }
        return new BigInteger(number.toString())
                .mod(BigInteger.valueOf(IBAN_MODULUS))
                .equals(BigInteger.ONE);
    }

    private static boolean isSocialSecurityNumber(String match) {
        return !match.startsWith("000")
                && !match.startsWith("666")
                && !match.startsWith("9")
                && !match.startsWith("00", 4)
                && !match.endsWith("0000");
    }

    private static boolean isTelephoneNumber(String match) {
        int digits = digits(match).length();
        return digits >= 8 && digits <= 15;
    }

    private static boolean isAddress(String match) {
        if (match.indexOf(':') < 0) {
            return Arrays.stream(match.split("\\.", -1)).allMatch(part -> Integer.parseInt(part) <= 255);
        }
        int gap = match.indexOf("::");
        if (gap >= 0 && match.indexOf("::", gap + 1) >= 0) {
            return false;
        }
        String[] groups = match.split("::?", -1);
        boolean fits = Arrays.stream(groups).allMatch(group -> !group.isEmpty() && group.length() <= 4);
        // A shorter first group is more likely a part of C++ code or a time of day.
        return fits && (gap < 0 ? groups.length == 8 : groups.length < 8 && groups[0].length() == 4);
    }
}
