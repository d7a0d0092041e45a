/** An account's EBS snapshots, machine images and keys, in virtual time. */
@NullMarked
package dev.drover.local.simulation.ebs;

import org.jspecify.annotations.NullMarked;
