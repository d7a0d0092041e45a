/** Completed snapshots become an image, which is the commit of a run; old images are pruned. */
@NullMarked
package dev.drover.functions.image;

import org.jspecify.annotations.NullMarked;
