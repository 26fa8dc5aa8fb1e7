/**
 * Folders that strangers have filled, such as models: what is read of one stays within it, and within a size.
 *
 * <p>Depends on the root only. Immutable, thread-safe.
 */
@NullMarked
package dev.weir.files;

import org.jspecify.annotations.NullMarked;
