package dev.drover.local.simulation.site;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.connector.source.RangeContent;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.ServerUnknownException;
import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.local.simulation.fault.FaultKind;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A connector's way to its hypervisor. Reading takes time, and may hang for ever. What it makes and
 * removes there is as vSphere's source has it.
 */
final class HypervisorSource implements ServerSource {
  /** Merging what a VM wrote meanwhile. */
  private static final Duration REMOVAL = Duration.ofSeconds(20);

  /** So long may another connector of the environment read what it made. */
  private static final Duration LONGEST_READ = Duration.ofDays(8);

  private final Simulation simulation;
  private final Hypervisor hypervisor;
  private final ConnectorId connector;
  private final Set<FaultKind> faults;
  private final RandomGenerator random;
  private final Duration blockTime;

  HypervisorSource(
      Simulation simulation,
      Hypervisor hypervisor,
      ConnectorId connector,
      Set<FaultKind> faults,
      RandomGenerator random,
      Duration blockTime) {
    this.simulation = simulation;
    this.hypervisor = hypervisor;
    this.connector = connector;
    this.faults = faults;
    this.random = random;
    this.blockTime = blockTime;
    hypervisor.connect(connector);
  }

  @Override
  public String type() {
    return "simulated";
  }

  @Override
  public SourceInventory inventory() {
    simulation.sleep(Duration.ofMillis(300));
    return new SourceInventory(
        hypervisor.servers().stream().map(SimulatedServer::seen).toList(), List.of());
  }

  @Override
  public Capture capture(String vmId, RunId run, @Nullable CaptureName previous) {
    simulation.sleep(Duration.ofSeconds(2));
    SimulatedServer server =
        hypervisor
            .server(vmId)
            .orElseThrow(() -> new ServerUnknownException("There is no server " + vmId + "."));
    return new Opened(server, hypervisor.snapshot(server, run, connector, previous));
  }

  @Override
  public void release(String vmId, RunId run) {
    remove(snapshot -> isOf(vmId, run, snapshot) && snapshot.maker().equals(connector));
  }

  @Override
  public void cleanUp(String vmId, RunId run) {
    remove(snapshot -> isOf(vmId, run, snapshot));
  }

  private static boolean isOf(String vmId, RunId run, Hypervisor.Standing snapshot) {
    return snapshot.vmId().equals(vmId) && snapshot.run().equals(run);
  }

  @Override
  public List<String> releaseOrphans(Set<RunId> known, Duration age) {
    Instant now = simulation.instant();
    return remove(
            snapshot ->
                snapshot.maker().equals(connector)
                    ? !known.contains(snapshot.run()) && snapshot.madeAt().isBefore(now.minus(age))
                    : snapshot.madeAt().isBefore(now.minus(LONGEST_READ)))
        .stream()
        .map(Hypervisor.Standing::toString)
        .toList();
  }

  private List<Hypervisor.Standing> remove(Predicate<Hypervisor.Standing> unwanted) {
    if (hypervisor.standing().stream().anyMatch(unwanted)) {
      simulation.sleep(REMOVAL);
    }
    return hypervisor.remove(unwanted);
  }

  private final class Opened implements Capture {
    private final SimulatedServer server;
    private final Hypervisor.Snapshot snapshot;
    private boolean closed;

    Opened(SimulatedServer server, Hypervisor.Snapshot snapshot) {
      this.server = server;
      this.snapshot = snapshot;
    }

    @Override
    public CaptureName name() {
      return snapshot.name();
    }

    @Override
    public Report.Consistency consistency() {
      return Report.Consistency.CRASH;
    }

    @Override
    public Firmware firmware() {
      return Firmware.UEFI;
    }

    @Override
    public List<CapturedDisk> disks() {
      return server.disks().stream().map(this::captured).toList();
    }

    private CapturedDisk captured(SimulatedDisk disk) {
      int[] versions = snapshot.disks().get(disk.id());
      RangeContent content =
          (offsetBytes, target, lengthBytes) ->
              read(disk, versions, offsetBytes, target, lengthBytes);
      return new CapturedDisk(
          disk.id(), disk.name(), disk.name(), disk.geometry().sizeBytes(), content);
    }

    private void read(
        SimulatedDisk disk, int @Nullable [] versions, long offset, byte[] target, int length) {
      if (versions == null || closed || !hypervisor.isRead(snapshot)) {
        throw new SourceUnavailableException("The snapshot of " + disk.name() + " is gone.", null);
      }
      int block = Math.toIntExact(offset / DiskGeometry.BLOCK_BYTES);
      if (faults.contains(FaultKind.HANGS) && random.nextInt(5_000) == 0) {
        simulation.trace().line(server.vmId(), "a read hangs for ever");
        new CompletableFuture<>().join();
      }
      hypervisor.readsOf(disk.id()).use(blockTime);
      disk.fill(block, versions[block], target, length);
    }

    @Override
    public void verifyUnchanged() {}

    @Override
    public void close() {
      closed = true;
    }
  }
}
