/** What a person at the terminal sees. */
@NullMarked
package dev.drover.connector.progress;

import org.jspecify.annotations.NullMarked;
