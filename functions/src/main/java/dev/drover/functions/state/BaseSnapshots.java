package dev.drover.functions.state;

import dev.drover.protocol.DiskId;
import dev.drover.protocol.JobId;
import dev.drover.protocol.SnapshotId;
import java.util.List;

/** The bases of jobs in the table. */
public final class BaseSnapshots {
  private final Table table;

  /** The bases in this table. */
  public BaseSnapshots(Table table) {
    this.table = table;
  }

  /** The bases of a job's disks. */
  public List<BaseSnapshot> of(JobId jobId) {
    return table.query(BaseSnapshot.pk(jobId)).map(BaseSnapshot::read).toList();
  }

  /** Connectors are to read the digest list anew instead of trusting their index of this base. */
  public void rebuildIndex(JobId jobId, DiskId diskId, SnapshotId base) {
    table.update(ifStill(jobId, diskId, base).set("rebuildIndex", true));
  }

  /** This base cannot serve any more: the next run sends the whole disk and says why. */
  public void distrust(JobId jobId, DiskId diskId, SnapshotId base, String reason) {
    table.update(ifStill(jobId, diskId, base).set("distrusted", reason));
  }

  private static ItemUpdate ifStill(JobId jobId, DiskId diskId, SnapshotId base) {
    return ItemUpdate.of(BaseSnapshot.pk(jobId), diskId.value())
        .onlyIf("#snapshotId = :base", "snapshotId")
        .value(":base", base.value());
  }
}
