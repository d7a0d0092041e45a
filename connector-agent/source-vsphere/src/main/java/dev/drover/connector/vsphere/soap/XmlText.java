package dev.drover.connector.vsphere.soap;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * An answer's text. Characters that XML 1.0 cannot have are replaced, for a VM may be called by
 * one, and an answer has a hundred VMs.
 */
final class XmlText {
  private static final char REPLACEMENT = '\uFFFD';
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final Pattern REFERENCE =
      Pattern.compile("&#(?:x(?<hex>[0-9A-Fa-f]{1,6})|(?<decimal>[0-9]{1,7}));");

  private XmlText() {}

  /** From UTF-8, which is all that the API speaks. */
  static String of(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0) {
      requireUtf8(bytes);
    }
    if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
      text = text.substring(1);
    }
    return withLegalReferences(withLegalCharacters(text));
  }

  /** The replacement may have stood there itself. */
  private static void requireUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw new InvalidAnswerException("it is not UTF-8");
    }
  }

  private static String withLegalCharacters(String text) {
    if (text.codePoints().allMatch(XmlText::isLegal)) {
      return text;
    }
    return text.codePoints()
        .map(character -> isLegal(character) ? character : REPLACEMENT)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static String withLegalReferences(String text) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            reference -> {
              String hex = reference.group("hex");
              int character =
                  hex == null
                      ? Integer.parseInt(reference.group("decimal"))
                      : Integer.parseInt(hex, 16);
              return isLegal(character) ? "$0" : Character.toString(REPLACEMENT);
            });
  }

  /**
   * Whether XML can have it.
   *
   * @see <a href="https://www.w3.org/TR/xml/#charsets">Extensible Markup Language 1.0</a>, Char
   */
  static boolean isLegal(int character) {
    return character == '\t'
        || character == '\n'
        || character == '\r'
        || (character >= ' ' && character < Character.MIN_SURROGATE)
        || (character > Character.MAX_SURROGATE && character <= REPLACEMENT)
        || (character >= Character.MIN_SUPPLEMENTARY_CODE_POINT
            && character <= Character.MAX_CODE_POINT);
  }
}
