/** To come. */
@NullMarked
package dev.drover.functions;

import org.jspecify.annotations.NullMarked;
