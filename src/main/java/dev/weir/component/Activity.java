package dev.weir.component;

/**
 * What a component's model is doing at one moment. Components that share a model tell of the same.
 *
 * @param model its repository at the Hub, or the name of its folder
 * @param running sequences that get a token in every step
 * @param waiting sequences that wait for a place among those
 * @param paused sequences whose reader is behind
 * @param tokensPerSecond tokens generated a second, over the last whole second
 */
public record Activity(String model, int running, int waiting, int paused, double tokensPerSecond) {}
