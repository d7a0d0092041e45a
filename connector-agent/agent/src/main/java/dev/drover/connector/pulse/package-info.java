/** Whether a task gets on: what its threads do, since when, and when that is given up. */
@NullMarked
package dev.drover.connector.pulse;

import org.jspecify.annotations.NullMarked;
