/** The account: what stands behind the SDK's clients, in virtual time. */
@NullMarked
package dev.drover.local.simulation.aws;

import org.jspecify.annotations.NullMarked;
