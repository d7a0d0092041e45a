/** How work is asked to end: every loop, task and pass looks at one signal. */
@NullMarked
package dev.drover.connector.stop;

import org.jspecify.annotations.NullMarked;
