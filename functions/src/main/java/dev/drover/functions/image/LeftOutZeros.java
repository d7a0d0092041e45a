package dev.drover.functions.image;

import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.RunDisk;
import java.util.List;

/**
 * Whether a completed snapshot has zero blocks that nobody ever wrote: its own, or those of the
 * first copy that it descends from.
 */
final class LeftOutZeros {
  private LeftOutZeros() {}

  /**
   * Whether the disk's snapshot has some.
   *
   * @param bases of the job before the run's commit: one of them is the snapshot's parent
   */
  static boolean in(RunDisk disk, List<BaseSnapshot> bases) {
    return disk.zerosLeftOut()
        || bases.stream()
            .filter(base -> base.snapshotId().equals(disk.baseSnapshot()))
            .anyMatch(BaseSnapshot::zerosLeftOut);
  }
}
