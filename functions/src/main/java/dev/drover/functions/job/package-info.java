/** Jobs: how one is made, starts its runs, by schedule or on demand, and ends. */
@NullMarked
package dev.drover.functions.job;

import org.jspecify.annotations.NullMarked;
