package dev.weir.api.form;

import dev.weir.ErrorCode;
import dev.weir.Excerpt;
import dev.weir.WeirException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Reads the length of a body from the header fields (RFC 9112, section 6), as far as the server shows them. */
final class BodyHeaders {
    static final long UNKNOWN = -1;

    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private static final int LONGEST_CODING = 40;

    private BodyHeaders() {}

    /**
     * The length of the body in bytes, or {@link #UNKNOWN}.
     *
     * @throws WeirException {@link ErrorCode#MALFORMED_REQUEST} if the length is not a number, if two lengths differ, if there is
     *     a transfer coding as well, or if the transfer coding is not {@code chunked}
     */
    static long length(HttpServletRequest request) {
        List<String> codings = Collections.list(request.getHeaders("Transfer-Encoding"));
        List<String> lengths = Collections.list(request.getHeaders("Content-Length"));
        if (!codings.isEmpty()) {
            if (!lengths.isEmpty()) {
                throw malformed("the request has both Content-Length and Transfer-Encoding: send one of them");
            }
            if (codings.size() > 1
                    || !codings.get(0).strip().toLowerCase(Locale.ROOT).equals("chunked")) {
                throw malformed("the request has a Transfer-Encoding other than chunked");
            }
        }
        if (lengths.isEmpty()) {
            return UNKNOWN;
        }
        if (lengths.stream().map(String::strip).distinct().count() > 1) {
            throw malformed("the request has two different values of Content-Length: send one");
        }
        String length = lengths.get(0).strip();
        if (!LENGTH.matcher(length).matches()) {
            throw malformed("Content-Length is not a number of bytes");
        }
        return Long.parseLong(length);
    }

    /**
     * Refuses a compressed body: its real size is known only after it has been read.
     *
     * @throws WeirException {@link ErrorCode#UNSUPPORTED_MEDIA_TYPE}
     */
    static void requireNoCoding(HttpServletRequest request) {
        for (String coding : Collections.list(request.getHeaders("Content-Encoding"))) {
            if (!coding.isBlank() && !coding.strip().equalsIgnoreCase("identity")) {
                throw new WeirException(
                        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                        "the request body has a Content-Encoding (" + Excerpt.of(coding, LONGEST_CODING)
                                + "): send it without one");
            }
        }
    }

    private static WeirException malformed(String detail) {
        return new WeirException(ErrorCode.MALFORMED_REQUEST, detail);
    }
}
