@NullMarked
package dev.drover.protocol.format;

import org.jspecify.annotations.NullMarked;
