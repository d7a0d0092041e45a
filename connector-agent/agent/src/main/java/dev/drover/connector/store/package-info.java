/** The object store that everything is sent to and read from. */
@NullMarked
package dev.drover.connector.store;

import org.jspecify.annotations.NullMarked;
