package dev.drover.connector.vsphere;

import dev.drover.connector.source.SourceException;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.vsphere.soap.Arguments;
import dev.drover.connector.vsphere.soap.Element;
import dev.drover.connector.vsphere.soap.InvalidAnswerException;
import dev.drover.connector.vsphere.soap.Moref;
import dev.drover.connector.vsphere.soap.Patience;
import dev.drover.connector.vsphere.soap.Properties;
import dev.drover.connector.vsphere.soap.PropertySet;
import dev.drover.connector.vsphere.soap.Tasks;
import dev.drover.connector.vsphere.soap.VimClient;
import dev.drover.connector.vsphere.soap.VimFault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** VM snapshots: made without memory, looked for, and removed, each alone and only ours. */
final class VmSnapshots {
  /** A quiesced snapshot of a busy guest takes minutes; vSphere gives VSS up after 15. */
  private static final Duration CREATION = Duration.ofMinutes(30);

  /** Consolidation writes back what the VM wrote since: hours, when that was much. */
  private static final Duration REMOVAL = Duration.ofHours(12);

  /** Each try may stand in the list of tasks that people look at. */
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(30);

  private final VimClient vim;
  private final Tasks tasks;
  private final Properties properties;

  VmSnapshots(VimClient vim) {
    this.vim = vim;
    this.tasks = new Tasks(vim);
    this.properties = new Properties(vim);
  }

  VmSnapshot create(Moref vm, SnapshotName name, String description, boolean quiesce) {
    Arguments arguments =
        new Arguments()
            .text("name", name.text())
            .text("description", description)
            .flag("memory", false)
            .flag("quiesce", quiesce);
    Set<String> before = of(vm).stream().map(VmSnapshot::id).collect(Collectors.toSet());
    try {
      Moref created =
          tasks
              .run(vm, "CreateSnapshot_Task", arguments, CREATION)
              .map(Element::ref)
              .orElseThrow(() -> new InvalidAnswerException("a snapshot has no reference"));
      return of(vm).stream()
          .filter(snapshot -> snapshot.moref().equals(created))
          .findFirst()
          .orElseThrow(() -> new InvalidAnswerException("a new snapshot is not in its tree"));
    } catch (InvalidAnswerException e) {
      removeMade(vm, name, before);
      throw vim.invalid(e);
    } catch (SourceException e) {
      removeMade(vm, name, before);
      throw e;
    }
  }

  /** One that may have come although nobody could hear of it. */
  private void removeMade(Moref vm, SnapshotName name, Set<String> before) {
    try {
      of(vm).stream()
          .filter(
              snapshot -> snapshot.name().equals(name.text()) && !before.contains(snapshot.id()))
          .forEach(snapshot -> remove(vm, snapshot.moref()));
    } catch (VimFault | SourceException e) {
      // The clean-up of the run finds it.
    }
  }

  /** All of a VM, also those of others. */
  List<VmSnapshot> of(Moref vm) {
    return read(properties.of(vm, "snapshot"));
  }

  /** Those of every VM that has some. */
  void ofAll(BiConsumer<Moref, List<VmSnapshot>> taker) {
    properties.ofAll(
        Map.of("VirtualMachine", List.of("snapshot")), vm -> taker.accept(vm.object(), read(vm)));
  }

  private List<VmSnapshot> read(PropertySet vm) {
    try {
      return vm.find("snapshot").map(VmSnapshot::among).orElse(List.of());
    } catch (InvalidAnswerException e) {
      throw vim.invalid(e);
    }
  }

  /**
   * Removes a snapshot, never those that were made after it, and sees that its disks were merged.
   * One that is gone already was removed. An export lease that could not be given back is in the
   * way until it ends, so that is waited for.
   */
  void remove(Moref vm, Moref snapshot) {
    try {
      removeWhenFree(snapshot);
    } catch (VimFault.NotFound e) {
      return;
    }
    if (needsConsolidation(vm)) {
      tasks.run(vm, "ConsolidateVMDisks_Task", Arguments.none(), REMOVAL);
      if (needsConsolidation(vm)) {
        throw new SourceUnavailableException(
            vim.server()
                + " removed a snapshot of "
                + vm
                + " and could not merge its disks: consolidate them in the vSphere Client (VM,"
                + " Snapshots, Consolidate), and look for a backup that holds them.",
            null);
      }
    }
  }

  private void removeWhenFree(Moref snapshot) {
    Patience patience = new Patience(vim.limits().busy(), BETWEEN_TRIES);
    while (true) {
      try {
        tasks.run(
            snapshot,
            "RemoveSnapshot_Task",
            new Arguments().flag("removeChildren", false).flag("consolidate", true),
            REMOVAL);
        return;
      } catch (VimFault.Busy e) {
        if (!patience.pause()) {
          throw e;
        }
      }
    }
  }

  private boolean needsConsolidation(Moref vm) {
    return properties.of(vm, "runtime.consolidationNeeded").flag("runtime.consolidationNeeded");
  }
}
