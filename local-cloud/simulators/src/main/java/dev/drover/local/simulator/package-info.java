/**
 * Wire-level doubles of the clouds and hypervisors that Drover talks to, one package family each.
 */
@NullMarked
package dev.drover.local.simulator;

import org.jspecify.annotations.NullMarked;
