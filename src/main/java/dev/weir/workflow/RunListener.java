package dev.weir.workflow;

import dev.weir.WeirException;

/**
 * Is told what a run gives. Exactly one of {@link #onOutput} and {@link #onFailure} is called, once for each run that was started, in a task, or where no task can
 * be had on the thread that sought one. It must not block on anything but its client.
 */
public interface RunListener {
    /** The run has its place and begins; called before the others, and not at all for a run that ends while it waits. */
    void onBegin();

    /** The run has its value, or the beginning of its stream, which whoever is told must close. */
    void onOutput(RunOutput output);

    /** The run has ended without an output. */
    void onFailure(WeirException failure);
}
