/** Jobs and their runs: when a run starts, how it begins and how it finishes. */
@NullMarked
package dev.drover.functions.job;

import org.jspecify.annotations.NullMarked;
