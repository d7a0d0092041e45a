package dev.drover.functions.segment;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Since when and how often the news of a segment was postponed; it travels with the message.
 *
 * @param since when it was first looked at
 * @param times how often it was postponed
 */
record Postponements(Instant since, int times) {
  private static final String SINCE = "droverSinceMillis";
  private static final String TIMES = "droverTimes";

  /** Who has waited so long for a report waits for one that was lost: once more costs little. */
  private static final int LONGEST_DELAY_SECONDS = 300;

  /** 2 s, 4 s, … 256 s, then 300 s: 13 messages in half an hour. */
  private static final int DOUBLINGS = 8;

  /** Longer waits are AwaitApplied's business: it finds what is staged and not applied. */
  private static final Duration LONGEST = Duration.ofMinutes(30);

  /** Reads a message's attributes; a message that never waited has none. */
  static Postponements read(Map<String, Long> numbers, Instant now) {
    Instant since = Instant.ofEpochMilli(numbers.getOrDefault(SINCE, now.toEpochMilli()));
    return new Postponements(since, Math.toIntExact(numbers.getOrDefault(TIMES, 0L)));
  }

  /** The attributes of the message when it is postponed once more. */
  Map<String, Long> next() {
    return Map.of(SINCE, since.toEpochMilli(), TIMES, times + 1L);
  }

  int delaySeconds() {
    return times < DOUBLINGS ? 2 << times : LONGEST_DELAY_SECONDS;
  }

  boolean isLong(Instant now) {
    return now.isAfter(since.plus(LONGEST));
  }
}
