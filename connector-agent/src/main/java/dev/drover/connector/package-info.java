/** To come. */
@NullMarked
package dev.drover.connector;

import org.jspecify.annotations.NullMarked;
