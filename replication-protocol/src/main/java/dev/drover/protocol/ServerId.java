package dev.drover.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A server (one VM) of the catalog, in the form that SMS gave it.
 *
 * @param value for example {@code s-1a2b3c4d}
 */
public record ServerId(@JsonValue String value) {
  private static final Pattern SHAPE = Pattern.compile("s-[0-9a-f]{8}");

  /** Refuses a text that has not the shape of a server id. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ServerId {
    InvalidMessageException.requireShape("a server id", SHAPE, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
