/** The adapters behind the ports of {@code account}, one for each AWS service. */
@NullMarked
package dev.drover.functions.aws;

import org.jspecify.annotations.NullMarked;
