/** Faults on request, and counts of the calls that came in. */
@NullMarked
package dev.drover.local.simulator.fault;

import org.jspecify.annotations.NullMarked;
