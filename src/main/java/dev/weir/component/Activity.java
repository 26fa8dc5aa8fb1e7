package dev.weir.component;

/**
 * The work of a component's model at one moment. Components that share a model report the same values.
 *
 * @param model the model's repository at the Hub, or the name of its folder
 * @param loaded the model; the same object for components that share it
 * @param running sequences that get a token in every decode step
 * @param waiting sequences that wait to run
 * @param paused sequences that wait for their consumer (back-pressure)
 * @param tokensPerSecond tokens generated in the last whole second
 * @param tokens tokens generated since the model was loaded
 */
public record Activity(
        String model, Object loaded, int running, int waiting, int paused, double tokensPerSecond, long tokens) {}
