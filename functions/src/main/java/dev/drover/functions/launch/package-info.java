/** The launch of applications: what CloudFormation is to make of their AMIs. */
@NullMarked
package dev.drover.functions.launch;

import org.jspecify.annotations.NullMarked;
