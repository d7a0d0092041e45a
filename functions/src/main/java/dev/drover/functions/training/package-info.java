/**
 * What the local cloud's archive of classes is trained with. It is in the local asset's own jar,
 * and in nothing that AWS gets.
 */
@NullMarked
package dev.drover.functions.training;

import org.jspecify.annotations.NullMarked;
