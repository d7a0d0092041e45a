package dev.drover.connector.source;

import dev.drover.connector.words.PlainText;

/**
 * Something that a source needs to be allowed.
 *
 * @param sentence what it is, and what for; with {@link Answer#REFUSED} what to do
 */
public record SourceRight(Answer answer, String sentence) {
  /** Whether it is allowed. */
  public enum Answer {
    GRANTED,
    REFUSED,
    /** The source cannot be asked; the first run shows it. */
    UNKNOWN
  }

  public SourceRight {
    sentence = PlainText.of(sentence);
  }
}
