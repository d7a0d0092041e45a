package dev.drover.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A replication run (one pass over a server, one AMI), in the form that SMS gave it.
 *
 * @param value for example {@code sms-run-1a2b3c4d}
 */
public record RunId(@JsonValue String value) {
  private static final Pattern SHAPE = Pattern.compile("sms-run-[0-9a-f]{8}");

  /** Refuses a text that has not the shape of a replication run id. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public RunId {
    InvalidMessageException.requireShape("a replication run id", SHAPE, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
