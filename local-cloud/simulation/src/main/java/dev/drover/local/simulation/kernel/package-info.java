/** Virtual time, processes whose threads it alone schedules, and what one seed decides. */
@NullMarked
package dev.drover.local.simulation.kernel;

import org.jspecify.annotations.NullMarked;
