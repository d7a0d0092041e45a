/** Where calls come in: the gateway's events, and which services answer them. */
@NullMarked
package dev.drover.functions.api.edge;

import org.jspecify.annotations.NullMarked;
