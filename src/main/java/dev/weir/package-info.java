/**
 * The root that every package may use: the one family of exceptions, the codes that the API maps to statuses, and ranges of
 * addresses.
 *
 * <p>Depends on nothing of Weir. Everything here is immutable.
 */
@NullMarked
package dev.weir;

import org.jspecify.annotations.NullMarked;
