/** Drover and everything around it in one process, in virtual time, under one seed. */
@NullMarked
package dev.drover.local.simulation;

import org.jspecify.annotations.NullMarked;
