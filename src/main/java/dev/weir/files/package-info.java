/**
 * Folders on disk. Those that strangers have filled, such as models: what is read of one stays within it, and within a size. And the
 * folder of this server's temporary files, which does not outlive the server for long.
 *
 * <p>Depends on the root only. Thread-safe.
 */
@NullMarked
package dev.weir.files;

import org.jspecify.annotations.NullMarked;
