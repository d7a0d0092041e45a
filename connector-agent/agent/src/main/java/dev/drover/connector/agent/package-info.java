/** The connector's life: queue, slots, heartbeats, reports, graceful stop. */
@NullMarked
package dev.drover.connector.agent;

import org.jspecify.annotations.NullMarked;
