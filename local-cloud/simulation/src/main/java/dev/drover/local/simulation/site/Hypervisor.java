package dev.drover.local.simulation.site;

import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.local.simulation.fault.FaultKind;
import dev.drover.local.simulation.kernel.Bottleneck;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.Generation;
import dev.drover.protocol.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A site's servers and the snapshots of them, which stand until somebody removes them. It outlives
 * connectors. What a snapshot held is kept beyond the snapshot, because the oracle asks for it;
 * only the newest few of a server.
 */
public final class Hypervisor {
  private static final int REMEMBERED = 6;

  /**
   * At some sites a snapshot is gone every other time that it is wanted again, at others seldom.
   */
  private static final int LEAST_LASTING = 2;

  private static final int MOST_LASTING = 5;

  /** One in so many snapshots goes while it is read, and one in so many removals fails. */
  private static final int SOME = 4;

  private final Simulation simulation;
  private final Set<FaultKind> faults;
  private final RandomGenerator random;
  private Duration skew;

  /** So often as one of this many times a snapshot is gone that is wanted again. */
  private final int lostOneIn;

  private final Map<String, SimulatedServer> servers = new LinkedHashMap<>();
  private final Map<String, Deque<Snapshot>> snapshots = new HashMap<>();
  private final Map<DiskId, Bottleneck> reads = new HashMap<>();
  private final Map<CaptureName, Integer> readsLeft = new HashMap<>();
  private final Map<CaptureName, Standing> standing = new LinkedHashMap<>();
  private final Map<ConnectorId, Instant> connected = new HashMap<>();
  private long taken;
  private int removals;

  /** A site whose clock is wrong by that. */
  public Hypervisor(Simulation simulation, Set<FaultKind> faults, Duration skew) {
    this.simulation = simulation;
    this.faults = Set.copyOf(faults);
    this.random = simulation.newRandom();
    this.skew = skew;
    this.lostOneIn = random.nextInt(LEAST_LASTING, MOST_LASTING);
  }

  /** A VM's disks at one instant. */
  public record Snapshot(CaptureName name, Map<DiskId, int[]> disks) {}

  /**
   * A snapshot that stands on a VM.
   *
   * @param readAt by simulated time, as {@code madeAt}
   */
  public record Standing(
      String vmId, RunId run, ConnectorId maker, Instant madeAt, Instant readAt) {
    private Standing read(Instant now) {
      return new Standing(vmId, run, maker, madeAt, now);
    }
  }

  /** A connector's process begins with the site. */
  void connect(ConnectorId connector) {
    connected.put(connector, simulation.instant());
  }

  /** When the connector's newest process began with the site. */
  public Instant connectedAt(ConnectorId connector) {
    return connected.getOrDefault(connector, Instant.EPOCH);
  }

  /** All snapshots that stand. */
  public List<Standing> standing() {
    return List.copyOf(standing.values());
  }

  /**
   * Removes snapshots. One that cannot be removed now stays, and can be the next time.
   *
   * @return those that went
   * @throws SourceUnavailableException when one or more stayed
   */
  List<Standing> remove(Predicate<Standing> unwanted) {
    List<Standing> gone = new ArrayList<>();
    boolean isLeft = false;
    for (CaptureName name : List.copyOf(standing.keySet())) {
      Standing snapshot = standing.get(name);
      if (unwanted.test(snapshot)) {
        if (isBusy()) {
          isLeft = true;
        } else {
          take(name, "is removed");
          gone.add(snapshot);
        }
      }
    }
    if (isLeft) {
      throw new SourceUnavailableException("A VM is busy with another task.", null);
    }
    return gone;
  }

  /** Every so many removals, and not by chance: whoever draws moves what others draw. */
  private boolean isBusy() {
    return faults.contains(FaultKind.SOURCES) && ++removals % SOME == 0;
  }

  private void take(CaptureName name, String what) {
    standing.remove(name);
    simulation.trace().line(name.toString(), "the VM's snapshot " + what);
  }

  /** Somebody, or summer's end, sets the site's clock; negative: back. */
  public void moveClock(Duration by) {
    skew = skew.plus(by);
  }

  /** Adds a server. */
  public void add(SimulatedServer server) {
    servers.put(server.vmId(), server);
  }

  /** All servers. */
  public List<SimulatedServer> servers() {
    return List.copyOf(servers.values());
  }

  /** The server of that id, if there is one. */
  public Optional<SimulatedServer> server(String vmId) {
    return Optional.ofNullable(servers.get(vmId));
  }

  /** What all who read a disk share. */
  Bottleneck readsOf(DiskId disk) {
    return reads.computeIfAbsent(disk, _ -> new Bottleneck(simulation));
  }

  /** The site's time. */
  Instant now() {
    return simulation.instant().plus(skew);
  }

  /**
   * The snapshot that was worked with before, if it still stands; else a new one, in the place of
   * whatever was made for the run.
   */
  Snapshot snapshot(
      SimulatedServer server, RunId run, ConnectorId maker, @Nullable CaptureName previous) {
    Deque<Snapshot> known = snapshots.computeIfAbsent(server.vmId(), id -> new ArrayDeque<>());
    if (previous != null && !isLost()) {
      for (Snapshot snapshot : known) {
        if (snapshot.name().equals(previous) && standing.containsKey(previous)) {
          return snapshot;
        }
      }
    }
    List.copyOf(standing.keySet()).stream()
        .filter(name -> isOf(server, run, name))
        .forEach(name -> take(name, "makes room for another"));
    Instant now = now();
    Snapshot newest = known.peekLast();
    if (newest != null
        && !now.truncatedTo(java.time.temporal.ChronoUnit.MILLIS)
            .isAfter(newest.name().createdAt())) {
      now = newest.name().createdAt().plusMillis(1);
    }
    Map<DiskId, int[]> disks = new LinkedHashMap<>();
    for (SimulatedDisk disk : server.disks()) {
      write(disk);
      disks.put(disk.id(), disk.freeze());
    }
    Snapshot snapshot =
        new Snapshot(new CaptureName(now, server.vmId() + "-snapshot-" + ++taken), disks);
    if (known.size() == REMEMBERED) {
      known.poll();
    }
    known.add(snapshot);
    Instant made = simulation.instant();
    standing.put(snapshot.name(), new Standing(server.vmId(), run, maker, made, made));
    if (faults.contains(FaultKind.SOURCES) && random.nextInt(SOME) == 0) {
      int blocks = server.disks().stream().mapToInt(it -> it.geometry().blockCount()).sum();
      readsLeft.put(snapshot.name(), 1 + random.nextInt(blocks));
    }
    return snapshot;
  }

  /**
   * What the guest did to a disk since the last snapshot: nobody looks in between, so it may as
   * well be done now. Often nothing.
   */
  private void write(SimulatedDisk disk) {
    disk.write(random, random.nextInt(2 + disk.geometry().blockCount() / 4));
  }

  private boolean isOf(SimulatedServer server, RunId run, CaptureName name) {
    Standing snapshot = standing.get(name);
    return snapshot != null && snapshot.vmId().equals(server.vmId()) && snapshot.run().equals(run);
  }

  /** Whether it can be read once more. */
  boolean isRead(Snapshot snapshot) {
    Integer left = readsLeft.computeIfPresent(snapshot.name(), (_, reads) -> reads - 1);
    if (left != null && left == 0) {
      take(snapshot.name(), "is gone");
    }
    return standing.computeIfPresent(snapshot.name(), (_, it) -> it.read(simulation.instant()))
        != null;
  }

  private boolean isLost() {
    return faults.contains(FaultKind.SOURCES) && random.nextInt(lostOneIn) == 0;
  }

  /** What a disk held in a generation, if that is still remembered. */
  public Optional<int[]> content(String vmId, DiskId disk, Generation generation) {
    return snapshots.getOrDefault(vmId, new ArrayDeque<>()).stream()
        .filter(snapshot -> snapshot.name().generation().equals(generation))
        .map(snapshot -> snapshot.disks().get(disk))
        .findFirst();
  }
}
