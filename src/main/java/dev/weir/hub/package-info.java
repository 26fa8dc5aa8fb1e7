/**
 * Models of the Hugging Face Hub, in the cache that they share with Python's {@code huggingface_hub}. {@link dev.weir.hub.Hub}
 * turns a repository into a folder with the files that a model needs.
 *
 * <p>Blocks on the caller's thread, which may be interrupted; has no threads of its own. May use json, files, and upstream.proxy.
 *
 * <p>Source: the Hub's documentation of its API and of its cache.
 */
@NullMarked
package dev.weir.hub;

import org.jspecify.annotations.NullMarked;
