package dev.drover.local.launcher.command;

import dev.drover.local.launcher.cloud.CloudHome;
import dev.drover.local.launcher.cloud.CloudProcesses;
import dev.drover.local.launcher.cloud.CloudServer;
import dev.drover.local.launcher.cloud.CloudState;
import dev.drover.local.launcher.cloud.LocalCloud;
import dev.drover.local.launcher.cloud.ServerProcesses;
import dev.drover.local.launcher.cloud.SimulatedVcenter;
import dev.drover.local.launcher.stack.RefusedServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a cloud's processes look like at one instant.
 *
 * @param lines one a process, the ended ones first, then one with the sum of the functions
 */
record StatusReport(boolean isUp, List<String> lines) {
  private static final long BYTES_PER_MIB = 1024 * 1024;
  private static final long BYTES_PER_KIB = 1024;

  /** What one segment and the files of a function's process need. */
  private static final long LEAST_FREE_BYTES = 128 * BYTES_PER_MIB;

  enum Health {
    HEALTHY("healthy"),
    SILENT("does not answer"),
    GONE("has ended");

    private final String text;

    Health(String text) {
      this.text = text;
    }
  }

  StatusReport {
    lines = List.copyOf(lines);
  }

  static StatusReport of(CloudState state, CloudHome home, Instant now) {
    CloudProcesses processes = new CloudProcesses(state.cloudId());
    List<String> lines = new ArrayList<>();
    List<String> advice = new ArrayList<>();
    boolean up = state.ready();
    int ended = 0;
    Set<Long> servers = new HashSet<>();
    for (CloudState.Component component : state.components()) {
      Health health = health(component, processes);
      up &= health == Health.HEALTHY;
      if (health == Health.GONE && state.ready()) {
        advice.add(advice(component, home));
      }
      servers.add(component.pid());
      if (health == Health.GONE) {
        lines.add(ended++, endedLine(component));
      } else {
        lines.add(
            line(component, health, uptime(component.pid(), now), memoryBytes(component.pid())));
      }
    }
    List<ProcessHandle> functions =
        processes.find().stream().filter(process -> !servers.contains(process.pid())).toList();
    long memoryBytes = functions.stream().mapToLong(process -> memoryBytes(process.pid())).sum();
    lines.add(functionsLine(functions.size(), memoryBytes));
    state.components().stream()
        .filter(component -> !component.serves().isEmpty())
        .flatMap(connector -> RefusedServers.inLog(home.log(connector.name())).lines().stream())
        .forEach(lines::add);
    fullDisk(home).ifPresent(lines::add);
    lines.addAll(advice);
    if (!state.ready()) {
      lines.add("Its start did not finish: './drover up' starts it anew.");
    }
    return new StatusReport(up, lines);
  }

  /** A run's functions and snapshots fail without room, and not all of them can say so. */
  private static Optional<String> fullDisk(CloudHome home) {
    try {
      return fullDisk(home.root(), Files.getFileStore(home.root()).getUsableSpace());
    } catch (IOException e) {
      return Optional.empty(); // the folder is gone, which the processes above show
    }
  }

  static Optional<String> fullDisk(Path folder, long freeBytes) {
    return freeBytes >= LEAST_FREE_BYTES
        ? Optional.empty()
        : Optional.of(
            "The disk that %s is on is full (%,d MiB free): free space there, or runs fail."
                .formatted(folder, freeBytes / BYTES_PER_MIB));
  }

  private static String advice(CloudState.Component component, CloudHome home) {
    if (component.name().equals(SimulatedVcenter.NAME)) {
      return SimulatedVcenter.lossOf(component, home);
    }
    Optional<CloudServer> lost =
        LocalCloud.server(component.name()).filter(server -> !server.keepsItsState());
    return lost.isPresent()
        ? LocalCloud.lossOf(component, home)
        : "%s (process %d) has ended and lost nothing: './drover up' starts it again; its log is %s."
            .formatted(component.name(), component.pid(), home.log(component.name()));
  }

  static String line(
      CloudState.Component component, Health health, Duration uptime, long memoryBytes) {
    return String.format(
        "%s up %-10s %5d MiB",
        beginOfLine(component, health), readable(uptime), memoryBytes / BYTES_PER_MIB);
  }

  /** Without the numbers of a process: a zombie still has some. */
  private static String endedLine(CloudState.Component component) {
    return beginOfLine(component, Health.GONE).strip();
  }

  private static String beginOfLine(CloudState.Component component, Health health) {
    String port = component.port() == 0 ? "-" : "127.0.0.1:" + component.port();
    return String.format(
        "%-16s %-16s %-16s pid %-8d", component.name(), port, health.text, component.pid());
  }

  static String functionsLine(int count, long memoryBytes) {
    return String.format(
        "%-16s %d warm processes, %d MiB", "functions", count, memoryBytes / BYTES_PER_MIB);
  }

  /** Hours, minutes and seconds, the largest two of them. */
  static String readable(Duration uptime) {
    if (uptime.toHours() > 0) {
      return uptime.toHours() + " h " + uptime.toMinutesPart() + " min";
    }
    return uptime.toMinutes() > 0
        ? uptime.toMinutes() + " min " + uptime.toSecondsPart() + " s"
        : uptime.toSeconds() + " s";
  }

  private static Health health(CloudState.Component component, CloudProcesses processes) {
    if (!processes.runs(component.pid())) {
      return Health.GONE;
    }
    // A connector is no server and listens nowhere; that it lives is what this machine can tell.
    boolean answers =
        LocalCloud.SERVERS.stream()
            .filter(server -> server.name().equals(component.name()))
            .allMatch(server -> ServerProcesses.answersOk(server.health(component.port())));
    return answers ? Health.HEALTHY : Health.SILENT;
  }

  private static Duration uptime(long pid, Instant now) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().startInstant())
        .map(start -> Duration.between(start, now))
        .orElse(Duration.ZERO);
  }

  /**
   * Resident memory, from /proc; 0 for a process that is gone. What several share (the functions
   * their archive of classes) counts in parts, so that a sum is what they hold together.
   */
  private static long memoryBytes(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
        if (line.startsWith("Pss:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * BYTES_PER_KIB;
        }
      }
      return 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
