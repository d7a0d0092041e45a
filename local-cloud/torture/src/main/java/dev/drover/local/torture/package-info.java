/** {@code ./drover torture}: the local cloud with real processes, while everything fails. */
@NullMarked
package dev.drover.local.torture;

import org.jspecify.annotations.NullMarked;
