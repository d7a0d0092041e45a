package dev.drover.connector.vsphere;

import dev.drover.connector.source.SourceException;
import dev.drover.connector.vsphere.soap.Moref;
import dev.drover.connector.vsphere.soap.VimFault;
import dev.drover.protocol.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** VM snapshots of ours, found again by their names, and removed when their reason is gone. */
final class Leftovers {
  private final VmSnapshots snapshots;
  private final SnapshotOwner owner;

  /** Those of an environment, of which its owner made some. */
  Leftovers(VmSnapshots snapshots, SnapshotOwner owner) {
    this.snapshots = snapshots;
    this.owner = owner;
  }

  private record Found(Moref vm, VmSnapshot snapshot) {}

  /** Those of a run on one VM. */
  List<VmSnapshot> of(RunId run, Moref vm) {
    return snapshots.of(vm).stream()
        .filter(snapshot -> owner.run(snapshot).filter(run::equals).isPresent())
        .toList();
  }

  /** Removes what a run left on one VM. */
  void removeOf(RunId run, Moref vm, Predicate<VmSnapshot> unwanted) {
    remove(of(run, vm).stream().filter(unwanted).map(snapshot -> new Found(vm, snapshot)).toList());
  }

  /**
   * Removes those of ours that are unwanted, on any VM.
   *
   * @return what was removed, for people
   * @throws VimFault the first failure, after all others were tried
   */
  List<String> removeAll(BiPredicate<RunId, VmSnapshot> unwanted) {
    List<Found> found = new ArrayList<>();
    snapshots.ofAll(
        (vm, all) ->
            all.stream()
                .filter(it -> owner.run(it).filter(run -> unwanted.test(run, it)).isPresent())
                .forEach(it -> found.add(new Found(vm, it))));
    return remove(found);
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
