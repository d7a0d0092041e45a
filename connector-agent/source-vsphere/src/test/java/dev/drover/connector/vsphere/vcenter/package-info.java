/** A vCenter in the tests' own process. */
@NullMarked
package dev.drover.connector.vsphere.vcenter;

import org.jspecify.annotations.NullMarked;
