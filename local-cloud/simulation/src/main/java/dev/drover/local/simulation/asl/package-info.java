/**
 * Step Functions in virtual time: the part of the Amazon States Language, in JSONata, that our
 * state machines use, and the service around it. What it does not interpret, it refuses by name.
 *
 * @see <a href="https://states-language.net/spec.html">Amazon States Language</a>
 */
@NullMarked
package dev.drover.local.simulation.asl;

import org.jspecify.annotations.NullMarked;
