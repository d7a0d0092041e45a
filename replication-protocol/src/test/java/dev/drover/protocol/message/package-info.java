@NullMarked
package dev.drover.protocol.message;

import org.jspecify.annotations.NullMarked;
