/** Systems Manager: commands on instances whose guests run. */
@NullMarked
package dev.drover.local.simulator.ssm;

import org.jspecify.annotations.NullMarked;
