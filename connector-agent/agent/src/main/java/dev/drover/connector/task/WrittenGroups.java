package dev.drover.connector.task;

import dev.drover.connector.pipeline.DiskWork;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.format.WrittenExtents;
import dev.drover.protocol.message.ReplicationPlan;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the plan says that the snapshot of a disk holds of the run already, read as the pass comes
 * to it: extents are worked on in order, so that two groups of some 4 MB are enough.
 */
final class WrittenGroups implements DiskWork.Written {
  private static final int KEPT = 2;

  private final PlanReader plans;
  private final String keys;
  private final Set<Integer> groups;
  private final DiskGeometry geometry;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Integer, WrittenExtents> read = new LinkedHashMap<>();

  private WrittenGroups(PlanReader plans, String keys, Set<Integer> groups, DiskGeometry geometry) {
    this.plans = plans;
    this.keys = keys;
    this.groups = groups;
    this.geometry = geometry;
  }

  static DiskWork.Written of(
      PlanReader plans, ReplicationPlan.Disk planned, DiskGeometry geometry) {
    String keys = planned.writtenExtentsKeys();
    return keys == null
        ? DiskWork.Written.NOTHING
        : new WrittenGroups(plans, keys, Set.copyOf(planned.writtenGroups()), geometry);
  }

  @Override
  public WrittenExtents.@Nullable Extent find(int extent) throws IOException {
    int group = extent / WrittenExtents.GROUP_EXTENTS;
    return groups.contains(group) ? read(group).find(extent) : null;
  }

  /** Workers that come to a group at once read it once. */
  private WrittenExtents read(int group) throws IOException {
    lock.lock();
    try {
      WrittenExtents written = read.get(group);
      if (written == null) {
        written = plans.written(keys, group, geometry);
        if (read.size() == KEPT) {
          read.remove(read.keySet().iterator().next());
        }
        read.put(group, written);
      }
      return written;
    } finally {
      lock.unlock();
    }
  }
}
