/** Disks as hosts export them: streamOptimized VMDK, parsed as it streams. */
@NullMarked
package dev.drover.connector.vsphere.vmdk;

import org.jspecify.annotations.NullMarked;
