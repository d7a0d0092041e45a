/** The account in memory in which the functions are tested, and a connector that a test scripts. */
@NullMarked
package dev.drover.functions.world;

import org.jspecify.annotations.NullMarked;
