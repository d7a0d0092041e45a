/** Which module may use which. */
@NullMarked
package dev.drover.local.directions;

import org.jspecify.annotations.NullMarked;
