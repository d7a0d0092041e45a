package dev.drover.functions.snapshot;

import java.util.Map;

/** Extents that are staged were not applied in all the time that there is. */
public final class ExtentsNotAppliedException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  ExtentsNotAppliedException(ExtentLook.Found late, int waiting, int looks) {
    this(late, late.waiting().entrySet().iterator().next(), waiting, looks);
  }

  private ExtentsNotAppliedException(
      ExtentLook.Found late, Map.Entry<Integer, ExtentLook.Waiting> first, int waiting, int looks) {
    super(
        "after "
            + looks
            + " looks "
            + waiting
            + (waiting == 1 ? " extent is" : " extents are")
            + " staged but not in EBS, the first: "
            + late.sent().disk().named(first.getKey())
            + ": "
            + first.getValue().lastError()
            + ". See the segment function's log and the segment queue's dead-letter queue, then"
            + " start a run on demand.");
  }
}
