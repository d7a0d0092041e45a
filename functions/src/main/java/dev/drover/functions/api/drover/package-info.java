/** Drover's own API, beside SMS: what SMS has no member for. */
@NullMarked
package dev.drover.functions.api.drover;

import org.jspecify.annotations.NullMarked;
