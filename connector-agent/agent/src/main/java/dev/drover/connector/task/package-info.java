/** One replicate task, from its plan to its result, and the journal that outlives a crash. */
@NullMarked
package dev.drover.connector.task;

import org.jspecify.annotations.NullMarked;
