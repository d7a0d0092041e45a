/**
 * What the connector and the cloud share: ids, the geometry of disks, digests and object keys, and
 * the ways in which what arrives can be wrong. The formats and the messages stand on it.
 */
@NullMarked
package dev.drover.protocol;

import org.jspecify.annotations.NullMarked;
