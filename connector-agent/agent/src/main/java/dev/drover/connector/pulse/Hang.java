package dev.drover.connector.pulse;

import java.time.Duration;

/**
 * Something that does not come back.
 *
 * @param what it is, so that "… does not come back" is a sentence's beginning
 * @param lasting how long it has not got on
 */
public record Hang(String what, Duration lasting) {
  /** For example "reading byte 0 of disk x has not got on for 600 s". */
  public String text() {
    return what + " has not got on for " + lasting.toSeconds() + " s";
  }
}
