package dev.drover.connector.store;

import java.time.Duration;

/**
 * How long a store that refuses is asked again, and how often.
 *
 * @param atMost from the first refusal; zero: it is asked once
 * @param firstPause doubles with each refusal
 * @param longestPause the pauses grow no further
 */
public record Patience(Duration atMost, Duration firstPause, Duration longestPause) {
  /**
   * A policy that was changed takes up to minutes to be the same in all of AWS, and credentials are
   * renewed by people or their tools; the cloud waits as long as heartbeats come.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency">IAM:
   *     changes that are not always visible at once</a>
   */
  public static final Patience OF_A_RUN =
      new Patience(Duration.ofMinutes(4), Duration.ofSeconds(1), Duration.ofSeconds(30));

  /** Asks once. */
  public static final Patience NONE = new Patience(Duration.ZERO, Duration.ZERO, Duration.ZERO);

  Duration pauseAfter(int refusals) {
    Duration pause = firstPause;
    for (int i = 1; i < refusals && pause.compareTo(longestPause) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(longestPause) < 0 ? pause : longestPause;
  }
}
