/**
 * The local cloud, from the command down: {@code command} → {@code demo} → {@code stack} → {@code
 * cloud}, never upwards.
 */
@NullMarked
package dev.drover.local.launcher;

import org.jspecify.annotations.NullMarked;
