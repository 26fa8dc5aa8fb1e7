package dev.weir.component.http.error;

import dev.weir.json.Json;
import dev.weir.json.JsonSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a failure that an upstream reports may pass: an overload, a rate limit or a fault of the server, in the
 * words of the providers. A word for a lasting failure wins over a word for a passing one, a known word wins over a number,
 * and a number wins over the message.
 */
final class PassingFailures {
    /** The statuses by which servers and the proxies in front of them say "later". */
    private static final Set<Integer> STATUSES =
            Set.of(408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529);

    /** Lower case, letters only: the spellings differ in case, underscores and dots. */
    private static final Set<String> PASSING = Set.of(
            "overloaded",
            "overloadederror",
            "serveroverloaded",
            "serveroverloadederror",
            "modeloverloaded",
            "engineoverloaded",
            "engineoverloadederror",
            "ratelimit",
            "ratelimited",
            "ratelimiterror",
            "ratelimitexceeded",
            "ratelimitexceedederror",
            "ratelimitreached",
            "ratelimitreachederror",
            "toomanyrequests",
            "toomanyrequestserror",
            "resourceexhausted",
            "throttled",
            "throttling",
            "throttlingerror",
            "throttlingexception",
            "servererror",
            "internal",
            "internalerror",
            "internalserver",
            "internalservererror",
            "apierror",
            "badgateway",
            "timeout",
            "timeouterror",
            "requesttimeout",
            "gatewaytimeout",
            "deadlineexceeded",
            "unavailable",
            "serviceunavailable",
            "serviceunavailableerror",
            "temporarilyunavailable",
            "networkerror");

    private static final Set<String> LASTING = Set.of(
            "invalidrequest",
            "invalidrequesterror",
            "invalidargument",
            "invalidapikey",
            "invalidparameter",
            "badrequest",
            "badrequesterror",
            "authenticationerror",
            "unauthenticated",
            "unauthorized",
            "permissionerror",
            "permissiondenied",
            "permissiondeniederror",
            "forbidden",
            "notfound",
            "notfounderror",
            "modelnotfound",
            "unprocessableentityerror",
            "validationerror",
            "failedprecondition",
            "requesttoolarge",
            "contextlengthexceeded",
            "insufficientquota",
            "billingerror",
            "billinghardlimitreached",
            "contentfilter",
            "contentpolicyviolation");

    private static final List<String> PHRASES = List.of("overload", "rate limit", "ratelimit", "too many requests");

    /** The members whose text names a failure, and whose numbers are statuses. */
    private static final Set<String> NAMES = Set.of(
            "type",
            "code",
            "status",
            "reason",
            "error",
            "error_type",
            "error_code",
            "errorCode",
            "status_code",
            "statusCode",
            "http_status",
            "http_code");

    private static final Set<String> MESSAGES =
            Set.of("message", "error_message", "error_msg", "errorMessage", "detail");
    /** How deep names are looked for; an error stands at most in an event, in a response, in a list. */
    private static final int MOST_DEPTH = 5;
    /** Of the messages that phrases are looked for in; Java takes long to change the case of some long texts. */
    private static final int MOST_CHARACTERS = 10_000;

    private boolean passingWord;
    private boolean lastingWord;
    private final List<Integer> numbers = new ArrayList<>();
    private final StringBuilder messages = new StringBuilder();

    private PassingFailures() {}

    /** Whether a call that is answered with that status may succeed later. */
    static boolean passes(int status) {
        return STATUSES.contains(status);
    }

    /** Whether the failure that {@code error} reports may pass: a JSON value. */
    static boolean passes(@Nullable Object error) {
        PassingFailures found = new PassingFailures();
        if (error instanceof String text) {
            found.name(text);
            found.messages.append(text);
        } else {
            found.collect(error, 0);
        }
        return found.passes();
    }

    /** The same for text, which may be JSON. */
    static boolean passesText(String data) {
        try {
            return passes(Json.parse(data));
        } catch (JsonSyntaxException e) {
            return passes((Object) data);
        }
    }

    private boolean passes() {
        if (lastingWord || passingWord) {
            return !lastingWord;
        }
        if (!numbers.isEmpty()) {
            return numbers.stream().anyMatch(STATUSES::contains);
        }
        String text = messages.substring(0, Math.min(messages.length(), MOST_CHARACTERS))
                .toLowerCase(Locale.ROOT);
        return PHRASES.stream().anyMatch(text::contains);
    }

    private void collect(@Nullable Object value, int depth) {
        if (depth == MOST_DEPTH) {
            return;
        }
        if (value instanceof List<?> list) {
            list.forEach(element -> collect(element, depth + 1));
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, member) -> member(String.valueOf(key), member, depth));
        }
    }

    private void member(String key, @Nullable Object value, int depth) {
        if (value instanceof String text && NAMES.contains(key)) {
            name(text);
            if (key.equals("error")) {
                messages.append(text).append('\n');
            }
        } else if (value instanceof String text && MESSAGES.contains(key)) {
            messages.append(text).append('\n');
        } else if (value instanceof Number number && NAMES.contains(key)) {
            number(number.toString());
        } else {
            collect(value, depth + 1);
        }
    }

    private void name(String text) {
        String stripped = text.strip();
        if (stripped.length() > 64) {
            return;
        }
        number(stripped);
        String letters = stripped.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
        passingWord |= PASSING.contains(letters);
        lastingWord |= LASTING.contains(letters);
    }

    private void number(String digits) {
        if (digits.matches("[1-9][0-9]{2}")) {
            numbers.add(Integer.parseInt(digits));
        }
    }
}
