/** A folder of raw disk images as a source of servers. */
@NullMarked
package dev.drover.connector.folder;

import org.jspecify.annotations.NullMarked;
