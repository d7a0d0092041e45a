/** What a simulation says at its end: tables in real units, quotas and what AWS would charge. */
@NullMarked
package dev.drover.local.simulation.report;

import org.jspecify.annotations.NullMarked;
