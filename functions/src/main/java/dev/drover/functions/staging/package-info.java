/** What connectors stage in S3: its events, its listing, its purge. */
@NullMarked
package dev.drover.functions.staging;

import org.jspecify.annotations.NullMarked;
