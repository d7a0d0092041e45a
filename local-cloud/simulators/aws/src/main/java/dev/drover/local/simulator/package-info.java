/** Wire-level double of AWS's EBS direct APIs, and of EC2's for images and snapshots. */
@NullMarked
package dev.drover.local.simulator;

import org.jspecify.annotations.NullMarked;
