/** Tasks of VM Import that make images of snapshots. Knows no protocol. */
@NullMarked
package dev.drover.local.simulator.imports;

import org.jspecify.annotations.NullMarked;
