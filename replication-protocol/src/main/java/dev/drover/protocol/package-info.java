/**
 * What the connector and the cloud share: blocks, segments, digests, messages and object keys.
 *
 * <p>{@code FORMAT.md} of this module draws the bytes; this package is their only codec.
 */
@NullMarked
package dev.drover.protocol;

import org.jspecify.annotations.NullMarked;
