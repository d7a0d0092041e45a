package dev.drover.connector.vsphere;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.ServerUnknownException;
import dev.drover.connector.source.SourceChangedException;
import dev.drover.connector.source.SourceException;
import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.source.SourceRight;
import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.vsphere.soap.InvalidAnswerException;
import dev.drover.connector.vsphere.soap.Moref;
import dev.drover.connector.vsphere.soap.Properties;
import dev.drover.connector.vsphere.soap.PropertySet;
import dev.drover.connector.vsphere.soap.VimClient;
import dev.drover.connector.vsphere.soap.VimFault;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The VMs of a vCenter or of a single ESXi host. A capture is a VM snapshot; its disks are read
 * whole, by export leases, through port 443 and nothing else.
 */
public final class VsphereSource implements ServerSource {
  private static final String ROLE = "Drover";

  private final VimClient vim;
  private final Quiescing quiescing;
  private final VmInventory inventory;
  private final VmSnapshots snapshots;
  private final SnapshotMaker maker;
  private final Leftovers leftovers;

  /** Snapshots of captures that are open here, by how many hold them. */
  private final Map<Moref, Integer> held = new ConcurrentHashMap<>();

  /** Snapshots that could not be removed, with their VMs: tried again with each inventory. */
  private final Map<Moref, Moref> toRemove = new ConcurrentHashMap<>();

  /**
   * A source; it does not connect yet.
   *
   * @param vim is closed with it
   * @param environment tells our VM snapshots from those of other environments on this vCenter
   */
  public VsphereSource(VimClient vim, EnvironmentName environment, Quiescing quiescing) {
    this.vim = vim;
    this.quiescing = quiescing;
    this.inventory = new VmInventory(vim);
    this.snapshots = new VmSnapshots(vim);
    this.maker = new SnapshotMaker(snapshots, environment);
    this.leftovers = new Leftovers(snapshots, environment, held::containsKey);
  }

  @Override
  public String type() {
    return "vsphere";
  }

  @Override
  public List<String> capabilities() {
    return List.of("VSPHERE");
  }

  @Override
  public List<SourceRight> rights() {
    return asked(new RightsCheck(vim)::run);
  }

  @Override
  public List<String> howToGrant() {
    String principal = Privilege.principal(vim.user());
    return List.of(
        "The role '" + ROLE + "' and the user's right to it, by govc:",
        Privilege.govcCommand(ROLE, principal),
        "or by PowerCLI:",
        Privilege.powerCliCommand(ROLE, principal));
  }

  @Override
  public SourceInventory inventory() {
    return asked(
        () -> {
          SourceInventory read = inventory.read();
          List<String> problems = new ArrayList<>(read.problems());
          problems.addAll(removeAgain());
          return new SourceInventory(read.servers(), problems, read.warnings());
        });
  }

  @Override
  public Capture capture(String vmId, @Nullable CaptureName previous) {
    return capture(vmId, previous, null);
  }

  /**
   * Opens a server's disks at one instant, of a VM snapshot that is named with the run.
   *
   * @param run null when it is not known, as the port cannot tell it yet
   */
  public Capture capture(String vmId, @Nullable CaptureName previous, @Nullable RunId run) {
    return asked(
        () -> {
          Machine machine = machine(vmId);
          Optional<VmSnapshot> standing =
              previous == null ? Optional.empty() : standing(machine, previous);
          if (standing.isPresent() && previous != null) {
            return open(machine, standing.get(), previous);
          }
          Preflight.require(machine);
          if (run != null) {
            // What an attempt left that was killed before it could note what it had made.
            leftovers.removeOf(run, machine.id().reference());
          }
          VmSnapshot made = maker.make(machine, quiescing, run);
          return open(machine, made, name(made, previous));
        });
  }

  /** One of ours that still stands: its time tells it from another with the same reference. */
  private Optional<VmSnapshot> standing(Machine machine, CaptureName previous) {
    return snapshots.of(machine.id().reference()).stream()
        .filter(leftovers::isOurs)
        .filter(snapshot -> snapshot.id().equals(previous.snapshotId()))
        .findFirst();
  }

  /** Later than the one before it, whatever the clocks say. */
  private static CaptureName name(VmSnapshot made, @Nullable CaptureName previous) {
    Instant next = previous == null ? made.createdAt() : previous.createdAt().plusMillis(1);
    return new CaptureName(made.createdAt().isAfter(next) ? made.createdAt() : next, made.id());
  }

  private Capture open(Machine machine, VmSnapshot snapshot, CaptureName name) {
    hold(snapshot.moref());
    Hold hold = new Hold(machine.id().reference(), snapshot.moref());
    try {
      List<VirtualDisk> frozen = frozenDisks(machine, snapshot.moref());
      SharedExport export = new SharedExport(vim, snapshot.moref(), frozen);
      return new VsphereCapture(
          name,
          maker.achieved(snapshot),
          machine.firmware(),
          frozen.stream().map(disk -> captured(machine, export, disk)).toList(),
          export,
          hold);
    } catch (RuntimeException e) {
      hold.release();
      throw e;
    }
  }

  private CapturedDisk captured(Machine machine, SharedExport export, VirtualDisk disk) {
    return new CapturedDisk(
        disk.diskId(machine.id().text()),
        disk.backingUuid(),
        disk.label(),
        disk.capacityBytes(),
        new ExportedDisk(vim, export, disk));
  }

  /** As the snapshot has them: the VM itself may have got others since. */
  private List<VirtualDisk> frozenDisks(Machine machine, Moref snapshot) {
    PropertySet frozen =
        new Properties(vim).of(snapshot, "config.hardware.device", "config.bootOptions");
    try {
      List<VirtualDisk> disks =
          Machine.inBootOrder(
              VirtualDisk.among(frozen.get("config.hardware.device")),
              frozen.find("config.bootOptions").orElse(null));
      if (disks.isEmpty()) {
        throw new SourceUnreadableException(
            "The VM snapshot of '" + machine.name() + "' has no disks.", null);
      }
      return disks;
    } catch (InvalidAnswerException e) {
      throw vim.invalid(e);
    }
  }

  private Machine machine(String vmId) {
    Optional<VmId> id = VmId.parse(vmId);
    try {
      if (id.isPresent()) {
        Machine machine = inventory.machine(id.get());
        if (machine.id().equals(id.get())) {
          return machine;
        }
      }
    } catch (VimFault.NotFound e) {
      // Said below.
    }
    throw new ServerUnknownException(
        vim.server()
            + " has no VM '"
            + vmId
            + "': it was deleted, or taken out of the inventory and registered again, which makes it"
            + " another server. Create a replication job for that one.");
  }

  /**
   * Removes what a run left behind on any VM.
   *
   * @return what was removed, for people
   */
  public List<String> cleanUp(RunId run) {
    return asked(() -> leftovers.removeOf(run));
  }

  /**
   * Removes what is older and held by no capture of this process. Whether another connector of the
   * environment reads it, it cannot know.
   *
   * @return what was removed, for people
   */
  public List<String> cleanUp(Duration age) {
    return asked(
        () -> {
          Instant limit = vim.time().minus(age);
          return leftovers.removeAll(snapshot -> snapshot.createdAt().isBefore(limit));
        });
  }

  private void hold(Moref snapshot) {
    held.merge(snapshot, 1, Integer::sum);
  }

  /** Whether nobody holds it any more. */
  private boolean letGo(Moref snapshot) {
    return held.computeIfPresent(snapshot, (_, holders) -> holders == 1 ? null : holders - 1)
        == null;
  }

  /** A failure here must not fail a run whose data is safe: it is tried again and told of. */
  private void remove(Moref vm, Moref snapshot) {
    try {
      snapshots.remove(vm, snapshot);
    } catch (VimFault | SourceException e) {
      toRemove.put(snapshot, vm);
    }
  }

  private List<String> removeAgain() {
    List<String> problems = new ArrayList<>();
    toRemove.forEach(
        (snapshot, vm) -> {
          try {
            snapshots.remove(vm, snapshot);
            toRemove.remove(snapshot);
          } catch (VimFault | SourceException e) {
            problems.add(
                "The VM snapshot " + snapshot.value() + " could not be removed: " + e.getMessage());
          }
        });
    return problems;
  }

  private <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (VimFault e) {
      throw e.toSourceException();
    }
  }

  /** Ends the session; captures that are open keep their snapshots, for a later clean-up. */
  @Override
  public void close() {
    vim.close();
  }

  private final class Hold implements VsphereCapture.Hold {
    private final Moref vm;
    private final Moref snapshot;
    private boolean released;

    Hold(Moref vm, Moref snapshot) {
      this.vm = vm;
      this.snapshot = snapshot;
    }

    @Override
    public void requireStanding() {
      boolean stands =
          asked(
              () ->
                  snapshots.of(vm).stream()
                      .anyMatch(standing -> standing.moref().equals(snapshot)));
      if (!stands) {
        throw new SourceChangedException(
            "The VM snapshot "
                + snapshot.value()
                + " of "
                + vm
                + " was removed while it was read, by somebody else: it is copied again.");
      }
    }

    @Override
    public synchronized void release() {
      if (!released) {
        released = true;
        if (letGo(snapshot)) {
          remove(vm, snapshot);
        }
      }
    }
  }
}
