package dev.drover.connector.vsphere;

import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.vsphere.soap.VimFault;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.Report.Consistency;

/**
 * Makes the VM snapshot of a run, as consistent as was asked for, and says what was achieved. That
 * stands in the snapshot's description behind who made it, so that whoever finds it knows both.
 */
final class SnapshotMaker {
  private static final String ABOUT =
      "Made by Drover to copy this VM; removed when that is done. If it stays, remove it alone,"
          + " without its children.";

  static final String CONSISTENCY = " consistency=";

  private final VmSnapshots snapshots;
  private final SnapshotOwner owner;

  SnapshotMaker(VmSnapshots snapshots, SnapshotOwner owner) {
    this.snapshots = snapshots;
    this.owner = owner;
  }

  VmSnapshot make(Machine machine, Quiescing quiescing, RunId run) {
    if (machine.isPoweredOff()) {
      return make(machine, Consistency.AT_REST, run);
    }
    if (quiescing == Quiescing.NEVER) {
      return make(machine, Consistency.CRASH, run);
    }
    if (!machine.toolsRunning() || !machine.isPoweredOn()) {
      requireChoice(machine, quiescing);
      return make(machine, Consistency.CRASH, run);
    }
    try {
      return make(machine, Consistency.FILE_SYSTEM, run);
    } catch (VimFault.QuiesceFailed e) {
      if (quiescing == Quiescing.REQUIRED) {
        throw e;
      }
      return make(machine, Consistency.CRASH, run);
    }
  }

  /** vSphere would ignore the wish without a word. */
  private static void requireChoice(Machine machine, Quiescing quiescing) {
    if (quiescing == Quiescing.REQUIRED) {
      throw new SourceUnreadableException(
          "The guest of the VM '"
              + machine.name()
              + "' ("
              + machine.id().moref()
              + ") cannot be brought to rest, as "
              + (machine.isPoweredOn()
                  ? "VMware Tools do not run in it: start them"
                  : "it is suspended: resume it or switch it off")
              + ", or set the source's quiescing to allow a crash-consistent copy.",
          null);
    }
  }

  private VmSnapshot make(Machine machine, Consistency planned, RunId run) {
    return snapshots.create(
        machine.id().reference(),
        new SnapshotName(owner.environment(), run),
        ABOUT + owner.mark() + CONSISTENCY + planned,
        planned == Consistency.FILE_SYSTEM);
  }

  /** What the snapshot can promise: not more than it was made for, nor than vSphere says of it. */
  Consistency achieved(VmSnapshot snapshot) {
    if (snapshot.description().endsWith(CONSISTENCY + Consistency.AT_REST)) {
      return Consistency.AT_REST;
    }
    boolean planned = snapshot.description().endsWith(CONSISTENCY + Consistency.FILE_SYSTEM);
    return planned && snapshot.quiesced() ? Consistency.FILE_SYSTEM : Consistency.CRASH;
  }
}
