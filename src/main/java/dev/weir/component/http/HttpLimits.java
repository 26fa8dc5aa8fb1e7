package dev.weir.component.http;

/**
 * The limits of one HTTP answer in memory.
 *
 * @param streamCapacity the most chunks that wait in a stream
 * @param streamCapacityBytes the most bytes that they hold; a larger chunk waits alone
 * @param maxEventBytes the largest event or line of a stream, in bytes
 * @param maxAnswerBytes the largest answer that is read as a whole, in bytes
 */
public record HttpLimits(int streamCapacity, int streamCapacityBytes, int maxEventBytes, int maxAnswerBytes) {}
