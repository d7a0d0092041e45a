/** What goes wrong, and how often; the seed decides when. */
@NullMarked
package dev.drover.local.simulation.fault;

import org.jspecify.annotations.NullMarked;
