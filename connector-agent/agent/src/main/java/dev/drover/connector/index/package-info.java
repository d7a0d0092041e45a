/** The digest index: what every block of a base holds, on the connector's own disk. */
@NullMarked
package dev.drover.connector.index;

import org.jspecify.annotations.NullMarked;
