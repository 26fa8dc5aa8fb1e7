package dev.weir.api.access;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Checks the syntax of the parts that JAX-RS reads before a resource: the path, {@code Accept}, {@code Accept-Language} and
 * {@code Content-Type} (RFC 9110). The implementations of JAX-RS answer a malformed part in different ways, some with a stack
 * trace in the log. Each check reads its text once.
 */
final class RequestSyntax {
    private static final int SHOWN_CHARACTERS = 80;
    private static final String NOT_IN_A_PATH = "\"<>\\^`{|}";
    private static final String IN_A_TOKEN = "!#$%&'*+-.^_`|~";
    /** Boundaries of forms are often sent without the required quotes. */
    private static final String IN_A_VALUE = IN_A_TOKEN + "=/:?()<>@[]{}";

    private RequestSyntax() {}

    /**
     * Refuses a request with a malformed part.
     *
     * @param path the requested path, percent-encoded
     * @param acceptMatters false for a request that is answered with any value of {@code Accept}
     * @throws WeirException {@link ErrorCode#UNSUPPORTED_MEDIA_TYPE} for {@code Content-Type}, otherwise
     *     {@link ErrorCode#MALFORMED_REQUEST}
     */
    static void require(HttpServletRequest request, String path, boolean acceptMatters) {
        if (!isPath(path)) {
            throw new WeirException(
                    ErrorCode.MALFORMED_REQUEST, "path is malformed (" + shown(path) + "): percent-encode it as UTF-8");
        }
        fault(request, "Content-Type", RequestSyntax::isMediaType, "application/json")
                .ifPresent(fault -> {
                    throw new WeirException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, fault);
                });
        (acceptMatters
                        ? fault(request, "Accept", RequestSyntax::isMediaRanges, "application/json;q=0.8")
                        : Optional.<String>empty())
                .or(() -> fault(request, "Accept-Language", RequestSyntax::isLanguageRanges, "en;q=0.8"))
                .ifPresent(fault -> {
                    throw new WeirException(ErrorCode.MALFORMED_REQUEST, fault);
                });
    }

    /** Whether each field {@code Accept} of a request is well-formed. */
    static boolean hasSoundAccept(HttpServletRequest request) {
        return fields(request, "Accept").stream().allMatch(RequestSyntax::isMediaRanges);
    }

    /** Whether a field {@code Accept} of a request has an empty element between commas, which a recipient must accept. */
    static boolean hasEmptyElementInAccept(HttpServletRequest request) {
        return fields(request, "Accept").stream().anyMatch(RequestSyntax::hasEmptyElement);
    }

    static boolean hasEmptyElement(String mediaRanges) {
        boolean[] empty = {false};
        isList(mediaRanges, scanner -> scanner.singleStar() || scanner.mediaType(), () -> empty[0] = true);
        return empty[0];
    }

    private static Optional<String> fault(
            HttpServletRequest request, String name, Predicate<String> isSound, String example) {
        return fields(request, name).stream()
                .filter(isSound.negate())
                .findFirst()
                .map(value -> name + " is malformed (" + shown(value) + "): send a value such as " + example);
    }

    private static List<String> fields(HttpServletRequest request, String name) {
        return Collections.list(request.getHeaders(name));
    }

    /** The beginning of a client's text, in printable ASCII. */
    private static String shown(String text) {
        String printable = text.replaceAll("[^ -~]", "?");
        return printable.length() <= SHOWN_CHARACTERS ? printable : printable.substring(0, SHOWN_CHARACTERS) + "...";
    }

    static boolean isPath(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c <= ' ' || c > '~' || NOT_IN_A_PATH.indexOf(c) >= 0 || (c == '%' && !isEncoded(path, i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isEncoded(String path, int percent) {
        return percent + 2 < path.length()
                && Character.digit(path.charAt(percent + 1), 16) >= 0
                && Character.digit(path.charAt(percent + 2), 16) >= 0;
    }

    static boolean isMediaType(String value) {
        Scanner scanner = new Scanner(value);
        return scanner.mediaType() && scanner.parameters() && scanner.isAtEnd();
    }

    /** Whether a text is a list of media ranges. A single {@code *} is none by the RFC, but the JDK's client sends it. */
    static boolean isMediaRanges(String value) {
        return isList(value, scanner -> scanner.singleStar() || scanner.mediaType());
    }

    static boolean isLanguageRanges(String value) {
        return isList(value, Scanner::token);
    }

    private static boolean isList(String value, Predicate<Scanner> element) {
        return isList(value, element, () -> {});
    }

    /**
     * Whether a text is a list of elements.
     *
     * @param whenEmpty run for each empty element, which a recipient must accept
     */
    private static boolean isList(String value, Predicate<Scanner> element, Runnable whenEmpty) {
        Scanner scanner = new Scanner(value);
        do {
            scanner.spaces();
            if (scanner.isAtEnd() || scanner.isAt(',')) {
                whenEmpty.run();
            } else if (!(element.test(scanner) && scanner.parameters())) {
                return false;
            }
        } while (scanner.accept(','));
        return scanner.isAtEnd();
    }

    /** Reads a value of a header field from its beginning. */
    private static final class Scanner {
        private final String text;
        private int at;

        private Scanner(String text) {
            this.text = text;
            spaces();
        }

        private boolean isAtEnd() {
            return at == text.length();
        }

        private boolean isAt(char c) {
            return at < text.length() && text.charAt(at) == c;
        }

        private boolean accept(char c) {
            boolean is = isAt(c);
            at += is ? 1 : 0;
            return is;
        }

        private void spaces() {
            while (isAt(' ') || isAt('\t')) {
                at++;
            }
        }

        private boolean singleStar() {
            if (isAt('*') && !text.startsWith("/", at + 1)) {
                at++;
                return true;
            }
            return false;
        }

        private boolean mediaType() {
            return token() && accept('/') && token();
        }

        private boolean token() {
            return span(IN_A_TOKEN);
        }

        /** At least one letter, digit or character of {@code others}. */
        private boolean span(String others) {
            int from = at;
            while (at < text.length() && isOne(text.charAt(at), others)) {
                at++;
            }
            return at > from;
        }

        private static boolean isOne(char c, String others) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.indexOf(c) >= 0;
        }

        /** Reads all parameters; empty ones are accepted, as RFC 9110 demands. */
        private boolean parameters() {
            spaces();
            while (accept(';')) {
                spaces();
                if (!isAtEnd() && !isAt(';') && !isAt(',') && !parameter()) {
                    return false;
                }
                spaces();
            }
            return true;
        }

        private boolean parameter() {
            int name = at;
            if (!token() || !accept('=')) {
                return false;
            }
            boolean weight = at == name + 2 && "qQ".indexOf(text.charAt(name)) >= 0;
            int value = at;
            boolean sound = accept('"') ? quoted() : span(IN_A_VALUE);
            return sound && (!weight || isWeight(text.substring(value, at)));
        }

        private boolean quoted() {
            while (!isAtEnd() && !isAt('"')) {
                at += isAt('\\') ? 2 : 1;
                if (at > text.length()) {
                    return false;
                }
            }
            return accept('"');
        }

        /**
         * Whether a text is a number from 0 to 1. The zero before the point may be missing, as in requests of the JDK's client.
         */
        private static boolean isWeight(String value) {
            return value.matches("0|1|0?\\.[0-9]{1,9}|[01]\\.|1\\.0{1,9}");
        }
    }
}
