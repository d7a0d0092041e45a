/**
 * The one place where AWS clients are built, and the adapters through which their answers enter.
 */
@NullMarked
package dev.drover.functions.aws;

import org.jspecify.annotations.NullMarked;
