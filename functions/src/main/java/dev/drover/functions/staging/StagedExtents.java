package dev.drover.functions.staging;

import dev.drover.functions.account.ObjectStore;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** What is staged of a disk, in one generation and against one base. */
public final class StagedExtents {
  private StagedExtents() {}

  /** A staged segment. */
  public record Staged(String key, int extent, String version, Instant lastModified) {}

  /**
   * Every staged segment below the prefix, ascending; what is no segment of the disk is left out.
   */
  public static Stream<Staged> list(ObjectStore objects, String prefix, int extentCount) {
    return objects
        .list(prefix)
        .map(StagedExtents::staged)
        .flatMap(Optional::stream)
        .filter(staged -> staged.extent() < extentCount);
  }

  private static Optional<Staged> staged(ObjectStore.Listed listed) {
    try {
      int extent = ObjectKeys.parseSegment(listed.key()).extent();
      return Optional.of(new Staged(listed.key(), extent, listed.version(), listed.lastModified()));
    } catch (InvalidMessageException e) {
      return Optional.empty();
    }
  }
}
