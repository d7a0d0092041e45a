package dev.drover.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/**
 * One VM snapshot, of all disks of a server. Generations sort by the time at which they were made,
 * by the clock of the site: those of two connectors may sort the wrong way round, so the order says
 * nothing about which of a run's is newer.
 *
 * @param value creation time and a hash of the VM snapshot's id, for example {@code
 *     20261123T140000000Z-0123456789abcdef}
 */
public record Generation(@JsonValue String value) implements Comparable<Generation> {
  private static final Pattern SHAPE = Pattern.compile("[0-9]{8}T[0-9]{9}Z-[0-9a-f]{16}");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
  private static final int HASH_HEX_CHARS = 16;

  /** Refuses a text that has not the shape of a generation, or whose time is none. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Generation {
    InvalidMessageException.requireShape("a generation", SHAPE, value);
    try {
      createdAt(value);
    } catch (DateTimeException e) {
      throw new InvalidMessageException("the time of generation " + value + " is none", e);
    }
  }

  /** The generation of the VM snapshot that was created then and has that id. */
  public static Generation of(Instant createdAt, String vmSnapshotId) {
    String hash = Digest.ofText(vmSnapshotId).hex().substring(0, HASH_HEX_CHARS);
    return new Generation(TIME.format(createdAt) + "-" + hash);
  }

  /** When the VM snapshot was made, by the clock of the site, in whole milliseconds. */
  public Instant createdAt() {
    return createdAt(value);
  }

  private static Instant createdAt(String value) {
    return TIME.parse(value.substring(0, value.indexOf('-')), Instant::from);
  }

  /** The 16 hex digits that stand for the VM snapshot's id. */
  public String snapshotHash() {
    return value.substring(value.length() - HASH_HEX_CHARS);
  }

  @Override
  public int compareTo(Generation other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
