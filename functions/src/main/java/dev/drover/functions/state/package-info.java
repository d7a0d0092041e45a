/** The table: one record per kind of item, each with the transitions that it allows. */
@NullMarked
package dev.drover.functions.state;

import org.jspecify.annotations.NullMarked;
