package dev.weir.workflow;

import dev.weir.WeirException;

/**
 * Receives the result of a run. Exactly one of {@link #onOutput} and {@link #onFailure} is called, once for each run that was
 * started. The calls come from a task, or, if no task can be had, from the thread that requested it. The methods must not
 * block except on writes to the client.
 */
public interface RunListener {
    /** The run has its place and begins. Called before the other methods; not called for a run that ends while it waits. */
    void onBegin();

    /** The run has its value, or the beginning of its stream. The listener must close a stream. */
    void onOutput(RunOutput output);

    /** The run has ended without an output. */
    void onFailure(WeirException failure);
}
