/** Customers' sites: servers whose disks change, hypervisors that keep snapshots, connectors. */
@NullMarked
package dev.drover.local.simulation.site;

import org.jspecify.annotations.NullMarked;
