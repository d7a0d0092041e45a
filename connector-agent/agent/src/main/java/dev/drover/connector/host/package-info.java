/** What the agent has of the process that it lives in. */
@NullMarked
package dev.drover.connector.host;

import org.jspecify.annotations.NullMarked;
