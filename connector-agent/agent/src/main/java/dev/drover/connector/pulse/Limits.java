package dev.drover.connector.pulse;

import java.time.Duration;

/**
 * How long something may take without getting on before it is given up.
 *
 * @param read of a block, and of whatever else the source is asked for
 * @param put of an object: since its last byte was taken
 */
public record Limits(Duration read, Duration put) {
  /** Storage that fails over, and a link that is renewed, take minutes; ten are none of these. */
  public static final Limits DEFAULT = new Limits(Duration.ofMinutes(10), Duration.ofMinutes(10));
}
