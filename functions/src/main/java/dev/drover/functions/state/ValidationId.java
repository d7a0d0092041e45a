package dev.drover.functions.state;

import dev.drover.protocol.InvalidMessageException;
import java.util.regex.Pattern;

/**
 * A validation of an application or of one of its servers, in the form of SMS's model.
 *
 * @param value for example {@code val-0123456789abcdef0}
 */
public record ValidationId(String value) {
  private static final Pattern SHAPE = Pattern.compile("val-[0-9a-f]{17}");

  /** Refuses a text that has not the shape of a validation's id. */
  public ValidationId {
    InvalidMessageException.require(
        SHAPE.matcher(value).matches(), "a validation's id is " + SHAPE.pattern());
  }

  @Override
  public String toString() {
    return value;
  }
}
