/** How features become Lambda functions: the composition root and the JSON edge. */
@NullMarked
package dev.drover.functions.lambda;

import org.jspecify.annotations.NullMarked;
