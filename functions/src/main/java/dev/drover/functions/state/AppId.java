package dev.drover.functions.state;

import dev.drover.protocol.InvalidMessageException;
import java.util.regex.Pattern;

/**
 * An application, in the form that SMS gave it.
 *
 * @param value for example {@code app-0123456789abcdef0}
 */
public record AppId(String value) {
  private static final Pattern SHAPE = Pattern.compile("app-[0-9a-f]{17}");

  /** Refuses a text that has not the shape of an application's id. */
  public AppId {
    InvalidMessageException.require(
        SHAPE.matcher(value).matches(), "an application's id is " + SHAPE.pattern());
  }

  @Override
  public String toString() {
    return value;
  }
}
