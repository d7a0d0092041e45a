/** What happened to a run, kept by its id for whoever has to explain it. */
@NullMarked
package dev.drover.functions.story;

import org.jspecify.annotations.NullMarked;
