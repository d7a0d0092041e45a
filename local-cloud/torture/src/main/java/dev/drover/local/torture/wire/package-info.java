/** What stands between processes, at the wire, and may do anything to a call. */
@NullMarked
package dev.drover.local.torture.wire;

import org.jspecify.annotations.NullMarked;
