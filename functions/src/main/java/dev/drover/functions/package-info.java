/** The cloud side: Lambda handlers, a package per feature, and the records they share. */
@NullMarked
package dev.drover.functions;

import org.jspecify.annotations.NullMarked;
