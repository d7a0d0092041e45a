package dev.drover.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * An EBS snapshot, as EBS names it.
 *
 * @param value for example {@code snap-0123456789abcdef0}
 */
public record SnapshotId(@JsonValue String value) {
  private static final Pattern SHAPE = Pattern.compile("snap-[0-9a-f]{8,17}");

  /** Refuses a text that has not the shape of an EBS snapshot id. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public SnapshotId {
    InvalidMessageException.requireShape("an EBS snapshot id", SHAPE, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
