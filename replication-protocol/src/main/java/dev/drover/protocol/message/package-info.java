/** The JSON messages of version 1: tasks and plans to a connector, reports from it. */
@NullMarked
package dev.drover.protocol.message;

import org.jspecify.annotations.NullMarked;
