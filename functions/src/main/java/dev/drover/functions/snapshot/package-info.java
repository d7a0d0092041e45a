/** A run's snapshots: what is planned, awaited, checked and completed. */
@NullMarked
package dev.drover.functions.snapshot;

import org.jspecify.annotations.NullMarked;
