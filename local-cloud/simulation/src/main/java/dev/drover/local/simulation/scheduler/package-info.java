/** EventBridge Scheduler in virtual time. */
@NullMarked
package dev.drover.local.simulation.scheduler;

import org.jspecify.annotations.NullMarked;
