/** AMIs and the snapshots that they use. Knows no protocol. */
@NullMarked
package dev.drover.local.simulator.image;

import org.jspecify.annotations.NullMarked;
