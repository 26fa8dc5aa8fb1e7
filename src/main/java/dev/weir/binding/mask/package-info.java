/**
 * The mask of secrets in messages: {@link dev.weir.binding.mask.SecretMask} finds a secret in each spelling of URLs, JSON and
 * base64.
 *
 * <p>May use the root only. All classes are immutable and thread-safe.
 */
@NullMarked
package dev.weir.binding.mask;

import org.jspecify.annotations.NullMarked;
