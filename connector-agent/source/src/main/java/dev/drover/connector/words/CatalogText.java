package dev.drover.connector.words;

/**
 * What the cloud's catalog takes of names; EC2 would refuse others when everything has been sent.
 */
public final class CatalogText {
  private static final int MAX_CHARS = 1_024;

  private CatalogText() {}

  /** What is wrong with a text, the end of a sentence with what to do; empty when nothing is. */
  public static String objection(String text) {
    if (text.length() > MAX_CHARS) {
      return "has "
          + text.length()
          + " characters, the catalog takes at most "
          + MAX_CHARS
          + ": shorten it";
    }
    return PlainText.isPlain(text)
        ? ""
        : "holds a character that is no text (a control character): remove it";
  }

  /**
   * As {@link #objection}, of a server's name: blanks and characters of no width are one that
   * nobody can tell from another.
   */
  public static String objectionToName(String name) {
    String objection = objection(name);
    return objection.isEmpty() && name.codePoints().noneMatch(CatalogText::isVisible)
        ? "has no character that can be seen: give it one"
        : objection;
  }

  private static boolean isVisible(int codePoint) {
    return !Character.isWhitespace(codePoint)
        && !Character.isSpaceChar(codePoint)
        && Character.getType(codePoint) != Character.FORMAT
        && Character.isDefined(codePoint);
  }
}
