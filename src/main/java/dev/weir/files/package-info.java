/**
 * Folders on disk. Model folders have untrusted content: reading is confined to the folder and to a size. The folder of temporary
 * files is deleted at the server's end, or by the next server.
 *
 * <p>Depends on the root package only. Thread-safe.
 */
@NullMarked
package dev.weir.files;

import org.jspecify.annotations.NullMarked;
