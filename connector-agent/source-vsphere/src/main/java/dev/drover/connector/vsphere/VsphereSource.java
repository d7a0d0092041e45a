package dev.drover.connector.vsphere;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.ServerUnknownException;
import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.source.SourceRight;
import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.vsphere.soap.InvalidAnswerException;
import dev.drover.connector.vsphere.soap.Moref;
import dev.drover.connector.vsphere.soap.Properties;
import dev.drover.connector.vsphere.soap.PropertySet;
import dev.drover.connector.vsphere.soap.VimClient;
import dev.drover.connector.vsphere.soap.VimFault;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.Report.Consistency;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The VMs of a vCenter or of a single ESXi host. A capture is a VM snapshot; its disks are read
 * whole, by export leases, through port 443 and nothing else.
 */
public final class VsphereSource implements ServerSource {
  private static final String ROLE = "Drover";

  /**
   * The state machine takes a run back from its connector after 7 days; another one is for clocks.
   */
  private static final Duration LONGEST_READ = Duration.ofDays(8);

  private final VimClient vim;
  private final SnapshotOwner owner;
  private final Quiescing quiescing;
  private final VmInventory inventory;
  private final FreeSpace space;
  private final Turns turns;
  private final VmSnapshots snapshots;
  private final SnapshotMaker maker;
  private final Leftovers leftovers;

  /**
   * A source; it does not connect yet.
   *
   * @param vim is closed with it
   * @param owner tells our VM snapshots from all others on this vCenter
   */
  public VsphereSource(
      VimClient vim, SnapshotOwner owner, Quiescing quiescing, VsphereLimits limits) {
    this.vim = vim;
    this.owner = owner;
    this.quiescing = quiescing;
    this.inventory = new VmInventory(vim);
    this.space = new FreeSpace(vim, limits.minFreePercent());
    this.turns = new Turns(limits);
    this.snapshots = new VmSnapshots(vim);
    this.maker = new SnapshotMaker(snapshots, owner);
    this.leftovers = new Leftovers(snapshots, owner);
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
    return asked(inventory::read);
  }

  /**
   * Opens a server's disks at one instant, of a VM snapshot that is named with the run. One that
   * this connector made for the run and that stands is opened again, also if nobody could note it.
   */
  @Override
  public Capture capture(String vmId, RunId run, @Nullable CaptureName previous) {
    return asked(
        () -> {
          Machine machine = machine(vmId);
          requireSpace(machine);
          List<VmSnapshot> standing =
              leftovers.of(run, machine.id().reference()).stream()
                  .filter(snapshot -> owner.made(snapshot) && isFit(snapshot))
                  .toList();
          for (VmSnapshot snapshot : standing) {
            if (previous != null && snapshot.id().equals(previous.snapshotId())) {
              return open(machine, snapshot, previous);
            }
          }
          Optional<VmSnapshot> newest =
              standing.stream().max(Comparator.comparing(VmSnapshot::createdAt));
          if (newest.isPresent() && isLater(newest.get(), previous)) {
            return open(machine, newest.get(), name(newest.get(), previous));
          }
          Preflight.require(machine);
          // What nobody goes on with: whoever has the run's task is the only one to read.
          leftovers.removeOf(run, machine.id().reference(), _ -> true);
          return openMade(machine, maker.make(machine, quiescing, run), previous);
        });
  }

  private void requireSpace(Machine machine) {
    Optional<String> shortage = space.shortage(machine);
    if (shortage.isPresent()) {
      throw new SourceUnreadableException(
          shortage.get() + ", and a VM snapshot would grow there: free some space, or lower it.",
          null);
    }
  }

  /** Whether it promises as much as the source is set to want. */
  private boolean isFit(VmSnapshot snapshot) {
    return quiescing != Quiescing.REQUIRED || maker.achieved(snapshot) != Consistency.CRASH;
  }

  private static boolean isLater(VmSnapshot snapshot, @Nullable CaptureName previous) {
    return previous == null || snapshot.createdAt().isAfter(previous.createdAt());
  }

  /** Later than the one before it, whatever the clocks say. */
  private static CaptureName name(VmSnapshot made, @Nullable CaptureName previous) {
    Instant next = previous == null ? made.createdAt() : previous.createdAt().plusMillis(1);
    return new CaptureName(made.createdAt().isAfter(next) ? made.createdAt() : next, made.id());
  }

  private Capture open(Machine machine, VmSnapshot snapshot, CaptureName name) {
    return open(machine, snapshot, name, frozenDisks(machine, snapshot.moref()));
  }

  /** A new one, which is of no use when it left a disk out, whatever the reason. */
  private Capture openMade(Machine machine, VmSnapshot made, @Nullable CaptureName previous) {
    List<VirtualDisk> frozen = frozenDisks(machine, made.moref());
    Set<Long> keys = frozen.stream().map(VirtualDisk::key).collect(Collectors.toSet());
    List<String> missing =
        machine.disks().stream()
            .filter(disk -> !keys.contains(disk.key()))
            .map(disk -> "'" + disk.label() + "' (mode " + disk.mode() + ")")
            .toList();
    if (!missing.isEmpty()) {
      snapshots.remove(machine.id().reference(), made.moref());
      throw new SourceUnreadableException(
          "A VM snapshot of '"
              + machine.name()
              + "' has no "
              + String.join(", ", missing)
              + ", so that the copy would lack it: set the mode to dependent (persistent); if the disk"
              + " was removed from the VM just then, run it again.",
          null);
    }
    return open(machine, made, name(made, previous), frozen);
  }

  private Capture open(
      Machine machine, VmSnapshot snapshot, CaptureName name, List<VirtualDisk> frozen) {
    SharedExport export = new SharedExport(vim, snapshot.moref(), frozen);
    Standing standing = new Standing(snapshots, machine, snapshot);
    SpaceWatch watch = new SpaceWatch(() -> space.shortage(machine), System::nanoTime);
    return new VsphereCapture(
        name,
        maker.achieved(snapshot),
        machine.firmware(),
        frozen.stream()
            .map(
                disk ->
                    new CapturedDisk(
                        disk.diskId(machine.id().text()),
                        disk.backingUuid(),
                        disk.label(),
                        disk.capacityBytes(),
                        new ExportedDisk(
                            vim, machine.id().reference(), export, disk, turns, watch, standing)))
            .toList(),
        export,
        standing);
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

  @Override
  public void release(String vmId, RunId run) {
    remove(vmId, run, owner::made);
  }

  @Override
  public void cleanUp(String vmId, RunId run) {
    remove(vmId, run, _ -> true);
  }

  private void remove(String vmId, RunId run, Predicate<VmSnapshot> unwanted) {
    try {
      VmId.parse(vmId).ifPresent(id -> leftovers.removeOf(run, id.reference(), unwanted));
    } catch (VimFault.NotFound e) {
      // The VM is gone, and its snapshots with it.
    } catch (VimFault e) {
      throw e.toSourceException();
    }
  }

  @Override
  public List<String> releaseOrphans(Set<RunId> known, Duration age) {
    return asked(
        () -> {
          Instant now = vim.time();
          return leftovers.removeAll(
              (run, snapshot) ->
                  owner.made(snapshot)
                      ? !known.contains(run) && snapshot.createdAt().isBefore(now.minus(age))
                      : snapshot.createdAt().isBefore(now.minus(LONGEST_READ)));
        });
  }

  private <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (VimFault e) {
      throw e.toSourceException();
    }
  }

  /** Ends the session, and with it all leases; VM snapshots stand on. */
  @Override
  public void close() {
    vim.close();
  }
}
