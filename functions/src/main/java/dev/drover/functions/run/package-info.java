/** A run from its first step to its last, however it ends, and what it leaves behind. */
@NullMarked
package dev.drover.functions.run;

import org.jspecify.annotations.NullMarked;
