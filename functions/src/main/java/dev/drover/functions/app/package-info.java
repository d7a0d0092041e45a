/** Applications: groups of servers that are replicated and launched together. */
@NullMarked
package dev.drover.functions.app;

import org.jspecify.annotations.NullMarked;
