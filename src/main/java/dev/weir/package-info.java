/**
 * The root that every package may use: the one family of exceptions and the codes that the API maps to statuses.
 *
 * <p>Depends on nothing of Weir. Everything here is immutable.
 */
@NullMarked
package dev.weir;

import org.jspecify.annotations.NullMarked;
