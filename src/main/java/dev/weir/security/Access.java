package dev.weir.security;

import dev.weir.RateLimitedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One request on its way in: who makes it, and of whose allowances it takes. Used by one thread at a time. */
public final class Access {
    private final Caller caller;
    private final List<Allowance> allowances = new ArrayList<>();
    private final List<Allowance.Quota> quotas = new ArrayList<>();
    private Consumer<Access> told = access -> {};

    private Access(Caller caller) {
        this.caller = caller;
    }

    /** Of whoever calls where nobody is asked and nothing is limited. */
    public static Access open() {
        return new Access(Caller.ANYONE);
    }

    /** Of a caller, who has not taken anything yet. */
    public static Access of(Caller caller) {
        return new Access(caller);
    }

    /** The same request, now that it is known who makes it. */
    public Access by(Caller known) {
        Access access = new Access(known);
        access.allowances.addAll(allowances);
        access.quotas.addAll(quotas);
        access.told = told;
        return access;
    }

    /** Who makes it. */
    public Caller caller() {
        return caller;
    }

    /**
     * Takes one request of an allowance, of which its runs will take, too.
     *
     * @throws RateLimitedException if there is none left
     */
    public void takeOf(Allowance allowance) {
        allowances.add(allowance);
        request(allowance);
    }

    private void request(Allowance allowance) {
        Optional<Allowance.Quota> quota = allowance.request();
        quota.ifPresent(quotas::add);
        told.accept(this);
        if (quota.isPresent() && !quota.get().granted()) {
            throw quota.get().refusal();
        }
    }

    /** Is told whenever {@link #policies} and {@link #quotas} have changed. */
    public void whenTaken(Consumer<Access> listener) {
        told = listener;
    }

    /**
     * Claims what a run takes.
     *
     * @param workflow that of the workflow, for all its callers
     * @throws RateLimitedException if one of the allowances has none left
     */
    public Reservation claimRun(Allowance workflow) {
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
     * Claims a place among the readers of tasks' events.
     *
     * @throws RateLimitedException if one of the allowances has none left
     */
    public Reservation claimReader() {
        return Reservation.enter(caller.name(), allowances, Allowance.Use.READER);
    }

    /**
     * Claims a place among the request bodies that are on their way.
     *
     * @throws RateLimitedException if one of the allowances has none left
     */
    public Reservation claimBody() {
        return Reservation.enter(caller.name(), allowances, Allowance.Use.BODY);
    }

    /** The value of the header field {@code RateLimit-Policy}; empty if nothing is limited. */
    public Optional<String> policies() {
        return listed(
                quota -> quota.rate().count() + ";w=" + quota.rate().window().toSeconds(), "q");
    }

    /** The value of the header field {@code RateLimit}; empty if nothing is limited. */
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
