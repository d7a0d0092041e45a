package dev.drover.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A connector, in the form that SMS gave it.
 *
 * @param value for example {@code c-0123456789abcdef0}
 */
public record ConnectorId(@JsonValue String value) {
  private static final Pattern SHAPE = Pattern.compile("c-[0-9a-f]{17}");

  /** Refuses a text that has not the shape of a connector id. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ConnectorId {
    InvalidMessageException.requireShape("a connector id", SHAPE, value);
  }

  /**
   * The id of a connector that was declared at deployment: its policy names its prefix, so the id
   * must be known before the connector ever runs.
   */
  public static ConnectorId declared(EnvironmentName environment, String name) {
    return new ConnectorId("c-" + Digest.shortHexOf(environment.value() + "/" + name));
  }

  @Override
  public String toString() {
    return value;
  }
}
