/**
 * {@code ./drover bench}: how far Drover is from what this machine can do. Times differ from
 * machine to machine and from minute to minute; so each figure is the ratio of two that were
 * measured in turn, in one run.
 */
@NullMarked
package dev.drover.local.bench;

import org.jspecify.annotations.NullMarked;
