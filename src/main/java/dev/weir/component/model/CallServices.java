package dev.weir.component.model;

import dev.weir.inference.EncodingBudget;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;

/**
 * What every call of a model uses of the server.
 *
 * @param encoding bounds what is turned into tokens at once
 */
record CallServices(CallLimits limits, EncodingBudget encoding, Tasks tasks, Timers timers) {}
