/** A fleet under one seed: scenario, its customer, its oracle, what is told of it. */
@NullMarked
package dev.drover.local.simulation.fleet;

import org.jspecify.annotations.NullMarked;
