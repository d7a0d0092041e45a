/** Instances, and the volumes that they have or left. Knows no protocol. */
@NullMarked
package dev.drover.local.simulator.instance;

import org.jspecify.annotations.NullMarked;
