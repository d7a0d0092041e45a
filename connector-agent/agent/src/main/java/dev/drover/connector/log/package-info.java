/** Log lines as JSON, behind SLF4J. */
@NullMarked
package dev.drover.connector.log;

import org.jspecify.annotations.NullMarked;
