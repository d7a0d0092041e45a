/** What {@code ./drover} calls, one class a command. */
@NullMarked
package dev.drover.local.launcher.command;

import org.jspecify.annotations.NullMarked;
