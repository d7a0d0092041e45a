package dev.drover.connector.vsphere;

import dev.drover.connector.source.SourceException;
import dev.drover.connector.vsphere.soap.Moref;
import dev.drover.connector.vsphere.soap.VimFault;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** VM snapshots of ours, found again by their names, and removed when their reason is gone. */
final class Leftovers {
  private final VmSnapshots snapshots;
  private final EnvironmentName environment;
  private final ConnectorId connector;

  /** Those of an environment, of which a connector made some. */
  Leftovers(VmSnapshots snapshots, EnvironmentName environment, ConnectorId connector) {
    this.snapshots = snapshots;
    this.environment = environment;
    this.connector = connector;
  }

  private record Found(Moref vm, VmSnapshot snapshot) {}

  /** The run of a snapshot that Drover made for this environment; empty for any other. */
  private Optional<RunId> run(VmSnapshot snapshot) {
    return SnapshotName.parse(snapshot.name())
        .filter(name -> name.environment().equals(environment))
        .map(SnapshotName::run);
  }

  /** Those of a run on one VM. */
  List<VmSnapshot> of(RunId run, Moref vm) {
    return snapshots.of(vm).stream()
        .filter(snapshot -> run(snapshot).filter(run::equals).isPresent())
        .toList();
  }

  /** Whether this connector made it, in whatever process. */
  boolean isOwn(VmSnapshot snapshot) {
    return SnapshotMaker.isMadeBy(connector, snapshot);
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
                .filter(it -> run(it).filter(run -> unwanted.test(run, it)).isPresent())
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
