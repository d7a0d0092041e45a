/** The connector agent: reads servers on premises and sends what changed. */
@NullMarked
package dev.drover.connector;

import org.jspecify.annotations.NullMarked;
