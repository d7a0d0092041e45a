/** Bugs that are planted into Drover, one at a time, to see that the simulation finds them. */
@NullMarked
package dev.drover.local.simulation.planted;

import org.jspecify.annotations.NullMarked;
