package dev.drover.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A replication job (the schedule of one server), in the form that SMS gave it.
 *
 * @param value for example {@code sms-job-1a2b3c4d}
 */
public record JobId(@JsonValue String value) {
  private static final Pattern SHAPE = Pattern.compile("sms-job-[0-9a-f]{8}");

  /** Refuses a text that has not the shape of a replication job id. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public JobId {
    InvalidMessageException.requireShape("a replication job id", SHAPE, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
