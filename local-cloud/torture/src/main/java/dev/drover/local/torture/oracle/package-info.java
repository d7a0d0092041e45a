/** What must hold all the same. */
@NullMarked
package dev.drover.local.torture.oracle;

import org.jspecify.annotations.NullMarked;
