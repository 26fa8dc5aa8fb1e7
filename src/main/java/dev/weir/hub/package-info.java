/**
 * Models of the Hugging Face Hub, in the cache that Python's {@code huggingface_hub} keeps too: {@link dev.weir.hub.Hub}
 * turns a repository into a folder with just the files that a model needs. Blocks on the caller's thread, which may be
 * interrupted; has no threads of its own. Depends on json, on files, and on
 * upstream, for proxies.
 *
 * <p>Source: the Hub's documentation of its API and of its cache.
 */
@NullMarked
package dev.weir.hub;

import org.jspecify.annotations.NullMarked;
