package dev.drover.connector.vsphere;

import dev.drover.connector.source.SourceException;
import dev.drover.connector.vsphere.soap.Moref;
import dev.drover.connector.vsphere.soap.VimFault;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** VM snapshots of ours that outlived their reason, on whatever VM. */
final class Leftovers {
  private final VmSnapshots snapshots;
  private final EnvironmentName environment;
  private final Predicate<Moref> isHeld;

  /**
   * Those of an environment.
   *
   * @param isHeld whether a capture of this process reads a snapshot
   */
  Leftovers(VmSnapshots snapshots, EnvironmentName environment, Predicate<Moref> isHeld) {
    this.snapshots = snapshots;
    this.environment = environment;
    this.isHeld = isHeld;
  }

  private record Found(Moref vm, VmSnapshot snapshot) {}

  /** Whether a snapshot was made by Drover for this environment. */
  boolean isOurs(VmSnapshot snapshot) {
    return SnapshotName.parse(snapshot.name())
        .filter(name -> name.environment().equals(environment))
        .isPresent();
  }

  private boolean isOf(RunId run, VmSnapshot snapshot) {
    return SnapshotName.parse(snapshot.name())
        .filter(name -> name.environment().equals(environment) && run.equals(name.run()))
        .isPresent();
  }

  /** Removes what a run left on one VM. */
  void removeOf(RunId run, Moref vm) {
    List<Found> found = new ArrayList<>();
    collect(vm, snapshots.of(vm), snapshot -> isOf(run, snapshot), found);
    remove(found);
  }

  /** Removes what a run left on any VM; what was removed, for people. */
  List<String> removeOf(RunId run) {
    return removeAll(snapshot -> isOf(run, snapshot));
  }

  /**
   * Removes those of ours that are unwanted, on any VM.
   *
   * @return what was removed, for people
   * @throws VimFault the first failure, after all others were tried
   */
  List<String> removeAll(Predicate<VmSnapshot> unwanted) {
    List<Found> found = new ArrayList<>();
    snapshots.ofAll((vm, all) -> collect(vm, all, unwanted, found));
    return remove(found);
  }

  private void collect(
      Moref vm, List<VmSnapshot> all, Predicate<VmSnapshot> unwanted, List<Found> found) {
    all.stream()
        .filter(snapshot -> isOurs(snapshot) && unwanted.test(snapshot))
        .filter(snapshot -> !isHeld.test(snapshot.moref()))
        .forEach(snapshot -> found.add(new Found(vm, snapshot)));
  }

  private List<String> remove(List<Found> found) {
    List<String> removed = new ArrayList<>();
    List<RuntimeException> failures = new ArrayList<>();
    for (Found leftover : found) {
      try {
        snapshots.remove(leftover.vm(), leftover.snapshot().moref());
        removed.add("'" + leftover.snapshot().name() + "' of " + leftover.vm());
      } catch (VimFault | SourceException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return removed;
  }
}
