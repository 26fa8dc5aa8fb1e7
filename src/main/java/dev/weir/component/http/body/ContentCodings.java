package dev.weir.component.http.body;

import dev.weir.Excerpt;
import dev.weir.component.http.coding.DeflateConversion;
import dev.weir.component.http.coding.GzipConversion;
import dev.weir.component.http.error.UpstreamErrors;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The content codings of a body, which an upstream may use without being asked. {@code gzip} and {@code deflate} are
 * supported. Header values that servers send although they are not codings are ignored.
 */
public final class ContentCodings {
    private static final int MOST_CODINGS = 2;
    private static final int SHOWN_NAME = 40;

    /** Header values that mean no coding. */
    private static final Set<String> HARMLESS = Set.of(
            "",
            "*",
            "0",
            "identity",
            "none",
            "no",
            "off",
            "null",
            "undefined",
            "false",
            "plain",
            "text",
            "raw",
            "json",
            "chunked",
            "binary",
            "7bit",
            "8bit",
            "utf8",
            "utf-8");

    private ContentCodings() {}

    /**
     * Puts a decoder of each coding before {@code inner}; the header lists the codings in the order of encoding.
     *
     * @param contentEncoding the value of {@code Content-Encoding}; empty for none
     * @throws dev.weir.WeirException {@link dev.weir.ErrorCode#UPSTREAM_MALFORMED} for an unsupported coding, before native
     *     memory is allocated
     */
    public static BodyDecoder decoded(String contentEncoding, BodyDecoder inner) {
        BodyDecoder decoder = inner;
        for (String coding : codings(contentEncoding)) {
            decoder = new ConvertingDecoder(
                    coding.equals("deflate") ? new DeflateConversion() : new GzipConversion(), decoder);
        }
        return decoder;
    }

    /** Whether the body is not encoded. */
    public static boolean isIdentity(String contentEncoding) {
        for (String token : contentEncoding.split(",", -1)) {
            if (!isHarmless(coding(token))) {
                return false;
            }
        }
        return true;
    }

    private static List<String> codings(String contentEncoding) {
        List<String> codings = new ArrayList<>();
        for (String token : contentEncoding.split(",", -1)) {
            String coding = coding(token);
            if (coding.equals("gzip") || coding.equals("x-gzip") || coding.equals("deflate")) {
                codings.add(coding);
            } else if (!isHarmless(coding)) {
                throw UpstreamErrors.malformed(
                        "the upstream's answer has a content coding that cannot be read ('"
                                + Excerpt.of(coding, SHOWN_NAME)
                                + "', can be gzip or deflate): let the upstream or its proxy obey Accept-Encoding",
                        null);
            }
        }
        if (codings.size() > MOST_CODINGS) {
            throw UpstreamErrors.malformed(
                    "the upstream's answer has too many content codings (at most " + MOST_CODINGS + ", has "
                            + codings.size() + "): check the upstream or its proxy",
                    null);
        }
        return codings;
    }

    private static String coding(String token) {
        int parameters = token.indexOf(';');
        return (parameters < 0 ? token : token.substring(0, parameters))
                .replace('"', ' ')
                .replace('\'', ' ')
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private static boolean isHarmless(String coding) {
        if (HARMLESS.contains(coding) || coding.indexOf('/') >= 0) {
            return true;
        }
        try {
            return Charset.isSupported(coding);
        } catch (IllegalCharsetNameException e) {
            return false;
        }
    }
}
