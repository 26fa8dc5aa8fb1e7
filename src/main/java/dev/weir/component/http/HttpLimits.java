package dev.weir.component.http;

/**
 * The bounds on what one HTTP answer may hold in memory.
 *
 * @param streamCapacity the most chunks that wait in a stream
 * @param streamCapacityBytes the most memory that they take; a larger chunk waits alone
 * @param maxEventBytes the largest event or line of a stream, in bytes
 * @param maxAnswerBytes the largest answer that is taken as a whole, in bytes
 */
public record HttpLimits(int streamCapacity, int streamCapacityBytes, int maxEventBytes, int maxAnswerBytes) {}
