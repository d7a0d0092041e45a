/** What goes wrong, and when. */
@NullMarked
package dev.drover.local.torture.fault;

import org.jspecify.annotations.NullMarked;
