/** To come. */
@NullMarked
package dev.drover.local.simulator;

import org.jspecify.annotations.NullMarked;
