/** The EBS direct APIs, and the simulator that serves them together with the EC2 Query API. */
@NullMarked
package dev.drover.local.simulator.ebs;

import org.jspecify.annotations.NullMarked;
