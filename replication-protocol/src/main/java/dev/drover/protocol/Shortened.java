package dev.drover.protocol;

/**
 * Texts cut to what a field or a reader takes. A character that takes two chars is left out rather
 * than halved: half a one is no text, and what gets it may refuse it.
 */
public final class Shortened {
  private Shortened() {}

  /** The text, or its beginning of at most so many chars. */
  public static String to(String text, int maxChars) {
    if (text.length() <= maxChars) {
      return text;
    }
    boolean halves = Character.isHighSurrogate(text.charAt(maxChars - 1));
    return text.substring(0, halves ? maxChars - 1 : maxChars);
  }

  /** The text, or its beginning of at most so many chars and an ellipsis, for people. */
  public static String shown(String text, int maxChars) {
    return text.length() <= maxChars ? text : to(text, maxChars) + "…";
  }
}
