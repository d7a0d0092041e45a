/** The cloud that is tortured: its servers, their disks, their connectors and their jobs. */
@NullMarked
package dev.drover.local.torture.site;

import org.jspecify.annotations.NullMarked;
