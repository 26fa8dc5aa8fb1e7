package dev.weir;

import java.util.Locale;

/**
 * What can go wrong, as a client is told it: an HTTP status and a title. The API's problem documents (RFC 9457) are made
 * from this enum and nothing else.
 */
public enum ErrorCode {
    MALFORMED_REQUEST(400, "Malformed request"),
    STREAM_NOT_ALLOWED(400, "Streaming output not allowed"),
    /** The request does not show who makes it, or shows it wrongly; which of the two is not told. */
    UNAUTHENTICATED(401, "Not authenticated"),
    FORBIDDEN(403, "Not allowed"),
    /** The run's input leads to an address that this server may not call. */
    TARGET_DENIED(403, "Target not allowed"),
    /** A filter of the workflow found what may not leave. */
    OUTPUT_BLOCKED(403, "Output blocked"),
    NOT_FOUND(404, "Not found"),
    UNKNOWN_WORKFLOW(404, "Unknown workflow"),
    UNKNOWN_TASK(404, "Unknown task"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "Not acceptable"),
    /** The body did not go on in time, or came too slowly. */
    BODY_TIMED_OUT(408, "Request body timed out"),
    /** Another connection continues the stream that this one had. */
    SUPERSEDED(409, "Superseded"),
    /** Events of a task that were asked for again, and are not kept any more. */
    EVENTS_GONE(410, "Events gone"),
    BODY_TOO_LARGE(413, "Request body too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
    INVALID_INPUT(422, "Invalid input"),
    TOO_MANY_RUNS(429, "Too many runs"),
    /** More came from one caller, one address or for one workflow than is allowed. */
    RATE_LIMITED(429, "Too many requests"),
    /** Ended by its client or by a request to cancel; 499 is what proxies log for a client that closed its request. */
    CANCELLED(499, "Cancelled"),
    INTERNAL(500, "Internal error"),
    /** More came than is kept; the fault of neither the client nor the upstream, but of a limit of this server. */
    OUTPUT_TOO_LARGE(500, "Output too large"),
    /** No answer came, for a reason that none of the others names. */
    UPSTREAM_FAILED(502, "Upstream failed"),
    UPSTREAM_REFUSED(502, "Upstream refused the connection"),
    UPSTREAM_HOST_UNKNOWN(502, "Upstream's host unknown"),
    UPSTREAM_NOT_SECURE(502, "No secure connection to the upstream"),
    UPSTREAM_STATUS(502, "Upstream answered an error"),
    UPSTREAM_REDIRECT(502, "Upstream redirected elsewhere"),
    UPSTREAM_ERROR_EVENT(502, "Upstream sent an error event"),
    UPSTREAM_ERROR_PAYLOAD(502, "Upstream reported an error"),
    UPSTREAM_MALFORMED(502, "Upstream's answer malformed"),
    UPSTREAM_TOO_LARGE(502, "Upstream's answer too large"),
    /** The connection failed while the answer came. */
    UPSTREAM_BROKE_OFF(502, "Upstream broke off"),
    /** The answer ended in good order but before its own end. */
    UPSTREAM_TRUNCATED(502, "Upstream's answer cut short"),
    /** The process of an upstream that this server runs itself ended before its answer did. */
    UPSTREAM_PROCESS_ENDED(502, "Upstream's process ended"),
    NOT_READY(503, "Not ready"),
    /** This server takes no more runs, since it ends or was taken out of service; another one may. */
    SHUTTING_DOWN(503, "Shutting down"),
    /** A run waited longer for a place than it may. */
    OVERLOADED(503, "Overloaded"),
    UPSTREAM_CONNECT_TIMED_OUT(504, "Connecting to the upstream timed out"),
    /** Its answer did not begin in time. */
    UPSTREAM_TIMED_OUT(504, "Upstream timed out"),
    /** Its answer began and then did not go on in time. */
    UPSTREAM_STALLED(504, "Upstream stalled"),
    /** The call took longer in all than it may. */
    TIMED_OUT(504, "Timed out");

    private final int status;
    private final String title;

    ErrorCode(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** A short title in English, the same for every occurrence. */
    public String title() {
        return title;
    }

    /** The name in lower case, its words joined by hyphens, such as {@code unknown-workflow}. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The problem type of RFC 9457, a URN such as {@code urn:weir:problem:unknown-workflow}. */
    public String type() {
        return "urn:weir:problem:" + slug();
    }
}
