/** Removes what has outlived its reason. */
@NullMarked
package dev.drover.functions.reconcile;

import org.jspecify.annotations.NullMarked;
