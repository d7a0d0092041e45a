/** What is done after a run or a job has ended, however it ended. */
@NullMarked
package dev.drover.functions.reconcile;

import org.jspecify.annotations.NullMarked;
