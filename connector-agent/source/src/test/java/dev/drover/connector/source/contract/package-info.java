/**
 * What every source promises, as tests: a source extends the contracts and supplies a fixture, and
 * its own tests are then only of what is its own.
 */
@NullMarked
package dev.drover.connector.source.contract;

import org.jspecify.annotations.NullMarked;
