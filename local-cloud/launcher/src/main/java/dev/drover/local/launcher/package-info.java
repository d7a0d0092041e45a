/** To come. */
@NullMarked
package dev.drover.local.launcher;

import org.jspecify.annotations.NullMarked;
