/** The port that hypervisors and folders implement: servers, captures, disks and their bytes. */
@NullMarked
package dev.drover.connector.source;

import org.jspecify.annotations.NullMarked;
