/** The EC2 Query API for images and snapshots; everything else is passed on. */
@NullMarked
package dev.drover.local.simulator.ec2;

import org.jspecify.annotations.NullMarked;
