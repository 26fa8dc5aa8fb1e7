package dev.weir.component.model;

import dev.weir.inference.EncodingBudget;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;

/**
 * The services of the server that all calls of models use.
 *
 * @param encoding bounds the texts that are tokenized at once
 */
record CallServices(CallLimits limits, EncodingBudget encoding, Tasks tasks, Timers timers) {}
