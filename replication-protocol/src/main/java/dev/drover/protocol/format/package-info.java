/**
 * The binary formats of version 1: segments, digest lists, manifests, bitmaps of extents.
 *
 * <p>{@code FORMAT.md} of this module draws the bytes; this package is their only codec.
 */
@NullMarked
package dev.drover.protocol.format;

import org.jspecify.annotations.NullMarked;
