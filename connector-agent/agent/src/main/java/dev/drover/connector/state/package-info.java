/** The connector's own folder: what must outlive the process. */
@NullMarked
package dev.drover.connector.state;

import org.jspecify.annotations.NullMarked;
