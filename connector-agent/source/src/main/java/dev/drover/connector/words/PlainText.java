package dev.drover.connector.words;

import java.util.Locale;
import java.util.Map;

/** Text without characters that are none: they break lines, or command the terminal. */
public final class PlainText {
  private static final Map<Integer, String> SHORT_FORMS =
      Map.of((int) '\n', "\\n", (int) '\r', "\\r", (int) '\t', "\\t");

  private PlainText() {}

  /** Whether every character can be shown, which AWS asks of names, too. */
  public static boolean isPlain(String text) {
    return text.codePoints().allMatch(PlainText::isPlain);
  }

  /**
   * The text on one line, with what cannot be shown written as Java would write it, and what would
   * turn the order of the rest.
   */
  public static String of(String text) {
    if (text.codePoints().allMatch(PlainText::isShown)) {
      return text;
    }
    StringBuilder plain = new StringBuilder();
    text.codePoints().forEach(character -> plain.append(form(character)));
    return plain.toString();
  }

  private static String form(int codePoint) {
    return isShown(codePoint)
        ? Character.toString(codePoint)
        : SHORT_FORMS.getOrDefault(codePoint, String.format(Locale.ROOT, "\\u%04x", codePoint));
  }

  /** Embeddings, overrides and isolates of the bidirectional algorithm. */
  private static boolean isShown(int codePoint) {
    boolean turns =
        (codePoint >= 0x202A && codePoint <= 0x202E)
            || (codePoint >= 0x2066 && codePoint <= 0x2069);
    return isPlain(codePoint) && !turns;
  }

  private static boolean isPlain(int codePoint) {
    int type = Character.getType(codePoint);
    return type != Character.CONTROL
        && type != Character.SURROGATE
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR
        && (codePoint & 0xFFFE) != 0xFFFE;
  }
}
