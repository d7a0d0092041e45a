/** What connectors report, worked into the table: connectors, catalog, snapshots and progress. */
@NullMarked
package dev.drover.functions.report;

import org.jspecify.annotations.NullMarked;
