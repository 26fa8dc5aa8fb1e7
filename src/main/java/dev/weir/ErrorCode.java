package dev.weir;

import java.util.Locale;

/**
 * The kinds of failures that a client can get, each with an HTTP status and a title. All problem documents (RFC 9457) of the API
 * are made from this enum.
 */
public enum ErrorCode {
    MALFORMED_REQUEST(400, "Malformed request"),
    STREAM_NOT_ALLOWED(400, "Streaming output not allowed"),
    /** The credentials are missing or invalid; the client does not learn which. */
    UNAUTHENTICATED(401, "Not authenticated"),
    FORBIDDEN(403, "Not allowed"),
    /** The run's input leads to an address that this server may not call. */
    TARGET_DENIED(403, "Target not allowed"),
    /** A filter of the workflow found content that must not leave the server. */
    OUTPUT_BLOCKED(403, "Output blocked"),
    NOT_FOUND(404, "Not found"),
    UNKNOWN_WORKFLOW(404, "Unknown workflow"),
    UNKNOWN_TASK(404, "Unknown task"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "Not acceptable"),
    /** The body stalled, or took too long in total. */
    BODY_TIMED_OUT(408, "Request body timed out"),
    /** Another connection continues the stream that this one had. */
    SUPERSEDED(409, "Superseded"),
    /** The requested events of a task are no longer kept. */
    EVENTS_GONE(410, "Events gone"),
    BODY_TOO_LARGE(413, "Request body too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
    INVALID_INPUT(422, "Invalid input"),
    TOO_MANY_RUNS(429, "Too many runs"),
    /** A limit of the caller, the address or the workflow is reached. */
    RATE_LIMITED(429, "Too many requests"),
    /** The run was ended by its client or by a cancellation. Proxies log 499 for a client that closed its request. */
    CANCELLED(499, "Cancelled"),
    INTERNAL(500, "Internal error"),
    /** The output exceeds a limit of this server; neither the client nor the upstream is at fault. */
    OUTPUT_TOO_LARGE(500, "Output too large"),
    /** There was no answer, for a reason without its own code. */
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
    /** The connection failed during the answer. */
    UPSTREAM_BROKE_OFF(502, "Upstream broke off"),
    /** The connection ended normally, but before the end that the answer's format requires. */
    UPSTREAM_TRUNCATED(502, "Upstream's answer cut short"),
    /** The upstream is a process of this server, and it ended before its answer. */
    UPSTREAM_PROCESS_ENDED(502, "Upstream's process ended"),
    NOT_READY(503, "Not ready"),
    /** This server accepts no more runs, because it ends or was taken out of service. Another server may accept them. */
    SHUTTING_DOWN(503, "Shutting down"),
    /** A limit that all callers share is reached, for example a run has waited too long for a place. */
    OVERLOADED(503, "Overloaded"),
    UPSTREAM_CONNECT_TIMED_OUT(504, "Connecting to the upstream timed out"),
    /** The upstream's answer did not begin in time. */
    UPSTREAM_TIMED_OUT(504, "Upstream timed out"),
    /** The upstream's answer began, but stalled for longer than the time-out. */
    UPSTREAM_STALLED(504, "Upstream stalled"),
    /** The whole call took too long. */
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
