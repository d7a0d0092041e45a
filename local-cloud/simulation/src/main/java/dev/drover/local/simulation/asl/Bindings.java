package dev.drover.local.simulation.asl;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the expressions of a state see.
 *
 * @param variables as they were when the state was entered
 * @param states the value of {@code $states}
 */
record Bindings(Variables variables, Map<String, @Nullable Object> states) {}
