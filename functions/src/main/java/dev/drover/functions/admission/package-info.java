/** Whose turn it is: what an account has few of is reserved before a run begins. */
@NullMarked
package dev.drover.functions.admission;

import org.jspecify.annotations.NullMarked;
