package dev.drover.local.torture.wire;

/** What becomes of a call. */
public sealed interface Verdict {
  /** It goes on as it came. */
  record Pass() implements Verdict {}

  /** It goes no further, and its caller gets this answer. */
  record Answer(int status, String contentType, String body) implements Verdict {}

  /** It goes no further: the connection ends. */
  record Drop() implements Verdict {}

  /** It goes no further, and there is no answer as long as the rule stands. */
  record Hang() implements Verdict {}

  /** It goes on, but comes at no more than so many bytes a second. */
  record Slow(int bytesPerSecond) implements Verdict {}

  /** It has its effect, but the connection ends before the answer comes. */
  record LoseAnswer() implements Verdict {}

  /** What nothing is done to. */
  Verdict PASS = new Pass();
}
