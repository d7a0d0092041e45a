package dev.drover.protocol;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A message, an id or a key says what cannot be. Reading it again cannot help; the text names the
 * field and what it held.
 */
public final class InvalidMessageException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN_CHARS = 120;

  public InvalidMessageException(String message) {
    super(message);
  }

  public InvalidMessageException(String message, Throwable cause) {
    super(message, cause);
  }

  static void requireShape(String kind, Pattern shape, @Nullable String value) {
    if (value == null || !shape.matcher(value).matches()) {
      throw new InvalidMessageException(
          "'" + shown(value) + "' is not " + kind + " (" + shape.pattern() + ")");
    }
  }

  public static void require(boolean condition, String complaint) {
    if (!condition) {
      throw new InvalidMessageException(complaint);
    }
  }

  public static <T> T requirePresent(@Nullable T value, String field) {
    if (value == null) {
      throw new InvalidMessageException(field + " is missing");
    }
    return value;
  }

  private static String shown(@Nullable String value) {
    return value == null ? "null" : Shortened.shown(value, SHOWN_CHARS);
  }
}
