/** What the connector tells the cloud. */
@NullMarked
package dev.drover.connector.report;

import org.jspecify.annotations.NullMarked;
