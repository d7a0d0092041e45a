package dev.drover.functions.admission;

import dev.drover.functions.state.Admission;

/**
 * A run that waits, and for what.
 *
 * @param place from 1, among all that wait
 * @param reason a sentence for people
 */
record Turn(Admission run, int place, String reason) {}
