/** How things are put for people: on one line, and without the names of Java's classes. */
@NullMarked
package dev.drover.connector.words;

import org.jspecify.annotations.NullMarked;
