package dev.weir.security;

import dev.weir.RateLimitedException;
import dev.weir.telemetry.TraceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One request during its admission: its caller, its trace, and the allowances that apply to it. Used by one thread at a time. */
public final class Access {
    private final Caller caller;
    private final List<Allowance> allowances = new ArrayList<>();
    private final List<Allowance.Quota> quotas = new ArrayList<>();
    private TraceContext trace = TraceContext.NONE;
    private Consumer<Access> listener = access -> {};

    private Access(Caller caller) {
        this.caller = caller;
    }

    /** The access without authentication and without limits. */
    public static Access open() {
        return new Access(Caller.ANYONE);
    }

    /** The access of a caller, without allowances. */
    public static Access of(Caller caller) {
        return new Access(caller);
    }

    /** The same request with its authenticated caller. */
    public Access by(Caller known) {
        Access access = new Access(known);
        access.allowances.addAll(allowances);
        access.quotas.addAll(quotas);
        access.listener = listener;
        access.trace = trace;
        return access;
    }

    /** The caller of the request. */
    public Caller caller() {
        return caller;
    }

    /** Sets the trace to which the request belongs. */
    public void continueTrace(TraceContext ofClient) {
        trace = ofClient;
    }

    /** The trace to which the request belongs. */
    public TraceContext trace() {
        return trace;
    }

    /**
     * Counts one request of an allowance. The runs of this request will use the allowance, too.
     *
     * @throws RateLimitedException if the limit of requests is reached
     */
    public void count(Allowance allowance) {
        allowances.add(allowance);
        request(allowance);
    }

    private void request(Allowance allowance) {
        Optional<Allowance.Quota> quota = allowance.request();
        quota.ifPresent(quotas::add);
        listener.accept(this);
        if (quota.isPresent() && !quota.get().granted()) {
            throw quota.get().refusal();
        }
    }

    /**
     * Sets the listener that is called after each change of {@link #policies} and {@link #quotas}. It replaces the previous one.
     */
    public void whenTaken(Consumer<Access> listener) {
        this.listener = listener;
    }

    /**
     * Reserves a run's share of all allowances. The caller must close the result.
     *
     * @param workflow the allowance of the workflow, which all its callers share
     * @throws RateLimitedException if a limit is reached
     */
    public Reservation reserveRun(Allowance workflow) {
        List<Allowance> all = new ArrayList<>(allowances);
        all.add(workflow);
        Reservation claim = Reservation.enter(caller.name(), all, Allowance.Use.RUN);
        try {
            request(workflow);
            return claim;
        } catch (RateLimitedException e) {
            claim.close();
            throw e;
        }
    }

    /**
     * Reserves a place among the readers of tasks' events. The caller must close the result.
     *
     * @throws RateLimitedException if a limit is reached
     */
    public Reservation reserveReader() {
        return Reservation.enter(caller.name(), allowances, Allowance.Use.READER);
    }

    /**
     * Reserves a place among the incomplete request bodies. The caller must close the result.
     *
     * @throws RateLimitedException if a limit is reached
     */
    public Reservation reserveBody() {
        return Reservation.enter(caller.name(), allowances, Allowance.Use.BODY);
    }

    /** The value of the header field {@code RateLimit-Policy}; empty if no limit applies. */
    public Optional<String> policies() {
        return listed(
                quota -> quota.rate().count() + ";w=" + quota.rate().window().toSeconds(), "q");
    }

    /** The value of the header field {@code RateLimit}; empty if no limit applies. */
    public Optional<String> quotas() {
        return listed(quota -> quota.remaining() + ";t=" + quota.seconds(), "r");
    }

    private Optional<String> listed(Function<Allowance.Quota, String> value, String name) {
        return quotas.isEmpty()
                ? Optional.empty()
                : Optional.of(quotas.stream()
                        .map(quota -> '"' + quota.of() + "\";" + name + '=' + value.apply(quota))
                        .collect(Collectors.joining(", ")));
    }
}
