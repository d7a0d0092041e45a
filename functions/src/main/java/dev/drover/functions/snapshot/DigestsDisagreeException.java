package dev.drover.functions.snapshot;

import dev.drover.functions.state.RunDisk;
import java.util.List;
import java.util.stream.Collectors;

/** The two derivations of a disk's content disagree: no image may be made of it. */
public final class DigestsDisagreeException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  /**
   * Names where.
   *
   * @param extents the first of those that differ
   * @param differing how many differ
   * @param suspect what must have been changed, and what is done about it
   */
  DigestsDisagreeException(RunDisk disk, List<Integer> extents, int differing, String suspect) {
    super(
        "what the connector read and what was written differ in "
            + differing
            + (differing == 1 ? " extent: " : " extents, the first: ")
            + extents.stream().map(disk::named).collect(Collectors.joining("; "))
            + ". No image is made. "
            + suspect);
  }
}
