/**
 * The root package, which every package may use: the exceptions, the error codes that the API maps to statuses, and ranges of IP
 * addresses.
 *
 * <p>Uses no other package of Weir. All classes are immutable or stateless.
 */
@NullMarked
package dev.weir;

import org.jspecify.annotations.NullMarked;
