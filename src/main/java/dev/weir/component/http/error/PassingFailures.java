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
 * Decides whether a failure that an upstream reports may pass: an overload, a rate limit or a server fault, in the words of
 * the providers. The order of precedence is: a name of a lasting failure, a name of a passing failure, a number, the
 * message.
 */
final class PassingFailures {
    /** The statuses with which servers and proxies ask the client to retry later. */
    private static final Set<Integer> STATUSES =
            Set.of(408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529);

    /** Names in lower case and letters only: spellings differ in case, underscores and dots. */
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

    /** The members that hold the name of a failure or its status as a number. */
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
    /** The search depth for names: an error is at most in an event, in a response, in a list. */
    private static final int MOST_DEPTH = 5;
    /** The length of messages that is searched: Java changes the case of some long texts slowly. */
    private static final int MOST_CHARACTERS = 10_000;

    private boolean passingWord;
    private boolean lastingWord;
    private final List<Integer> numbers = new ArrayList<>();
    private final StringBuilder messages = new StringBuilder();

    private PassingFailures() {}

    /** Whether a call with this status may succeed later. */
    static boolean passes(int status) {
        return STATUSES.contains(status);
    }

    /** Whether the failure in {@code error}, a JSON value, may pass. */
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

    /** Whether the failure in a text, which may be JSON, may pass. */
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
