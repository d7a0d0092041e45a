package dev.drover.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * One vCenter, SCVMM, Hyper-V host group or folder of images, served by one or more connectors.
 *
 * @param value for example {@code site}
 */
public record EnvironmentName(@JsonValue String value) {
  private static final Pattern SHAPE = Pattern.compile("[a-z0-9][a-z0-9-]{0,30}");

  /** Refuses a text that has not the shape of an environment name. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public EnvironmentName {
    InvalidMessageException.requireShape("an environment name", SHAPE, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
