/** EBS snapshots as files: blocks, digests, parents and states. Knows no protocol. */
@NullMarked
package dev.drover.local.simulator.snapshot;

import org.jspecify.annotations.NullMarked;
