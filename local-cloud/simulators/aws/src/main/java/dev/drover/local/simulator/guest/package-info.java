/** What runs in instances: user data, as processes of this machine, with the metadata service. */
@NullMarked
package dev.drover.local.simulator.guest;

import org.jspecify.annotations.NullMarked;
