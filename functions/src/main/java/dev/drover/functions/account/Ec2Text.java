package dev.drover.functions.account;

import dev.drover.protocol.DiskId;
import dev.drover.protocol.Shortened;
import java.text.Normalizer;
import java.util.List;

/**
 * Texts of people as EC2 takes them. EC2 looks at them when an image is registered, which is after
 * everything was sent: so what it would refuse is asked for before, or never given to it.
 */
public final class Ec2Text {
  /**
   * The longest description of an image.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html">RegisterImage</a>
   */
  public static final int MAX_DESCRIPTION_CHARS = 255;

  /**
   * The longest value of a tag.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions">Tag
   *     restrictions</a>
   */
  public static final int MAX_TAG_VALUE_CHARS = 256;

  private static final String LEFT_OUT = "...";

  private static final int LAST_PRINTABLE_ASCII = '~';

  private Ec2Text() {}

  /**
   * Whether every character can be printed on one line: none controls a terminal, breaks a line, is
   * half a character or no character at all.
   */
  public static boolean isPrintable(String text) {
    return text.codePoints().allMatch(Ec2Text::isPrintable);
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  /**
   * An image's description: printable ASCII, because EC2 refuses others ("Character sets beyond
   * ASCII are not supported", as users of other tools report it; not seen by us). Accents are
   * dropped, what has no ASCII letter becomes a question mark.
   */
  public static String description(String text) {
    StringBuilder ascii = new StringBuilder();
    Normalizer.normalize(text, Normalizer.Form.NFKD)
        .codePoints()
        .filter(codePoint -> Character.getType(codePoint) != Character.NON_SPACING_MARK)
        .map(codePoint -> codePoint >= ' ' && codePoint <= LAST_PRINTABLE_ASCII ? codePoint : '?')
        .forEach(ascii::appendCodePoint);
    return Shortened.to(ascii.toString(), MAX_DESCRIPTION_CHARS);
  }

  /** A tag's value: EC2 takes any character in it, as far as it can be printed. */
  public static String tagValue(String text) {
    return Shortened.to(printable(text), MAX_TAG_VALUE_CHARS);
  }

  /**
   * A tag's value that lists things: what has no room is left out whole, and three points say so.
   */
  public static String tagValue(List<String> entries) {
    String all = printable(String.join(" ", entries));
    if (all.length() <= MAX_TAG_VALUE_CHARS) {
      return all;
    }
    StringBuilder listed = new StringBuilder();
    for (String entry : entries) {
      String printable = printable(entry) + " ";
      if (listed.length() + printable.length() + LEFT_OUT.length() > MAX_TAG_VALUE_CHARS) {
        break;
      }
      listed.append(printable);
    }
    return listed.append(LEFT_OUT).toString();
  }

  /** A disk as a sentence names it: its own name, and the id by which tags and keys have it. */
  public static String disk(String name, DiskId id) {
    return "disk '" + tagValue(name) + "' (" + id + ")";
  }

  /** The text on one line, as a terminal may show it: what cannot be printed is a low line. */
  public static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .map(codePoint -> isPrintable(codePoint) ? codePoint : '_')
        .forEach(printable::appendCodePoint);
    return printable.toString();
  }
}
