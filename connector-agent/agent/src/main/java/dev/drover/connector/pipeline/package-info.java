/** From a disk's bytes to segments: read, compare, compress, send, remember. */
@NullMarked
package dev.drover.connector.pipeline;

import org.jspecify.annotations.NullMarked;
