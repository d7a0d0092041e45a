/** To come. */
@NullMarked
package dev.drover.infra;

import org.jspecify.annotations.NullMarked;
