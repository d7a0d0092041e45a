/** VMware vSphere as a source: inventory, VM snapshots, and whole disks by export leases. */
@NullMarked
package dev.drover.connector.vsphere;

import org.jspecify.annotations.NullMarked;
