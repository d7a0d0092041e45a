/** Segments become blocks of an EBS snapshot. */
@NullMarked
package dev.drover.functions.segment;

import org.jspecify.annotations.NullMarked;
