/** The demonstration: a server made of this machine's files is replicated twice and compared. */
@NullMarked
package dev.drover.local.launcher.demo;

import org.jspecify.annotations.NullMarked;
