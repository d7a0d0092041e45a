/**
 * The machine room: servers as processes of this machine, their ports, logs, state and end. Knows
 * no stack.
 */
@NullMarked
package dev.drover.local.launcher.cloud;

import org.jspecify.annotations.NullMarked;
