/** The HTTP port of a simulator: requests in, responses out, nothing of any API. */
@NullMarked
package dev.drover.local.simulator.http;

import org.jspecify.annotations.NullMarked;
