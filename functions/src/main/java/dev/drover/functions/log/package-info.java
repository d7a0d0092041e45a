/** The log: one JSON line for each event. */
@NullMarked
package dev.drover.functions.log;

import org.jspecify.annotations.NullMarked;
