package dev.drover.local.torture;

import dev.drover.local.torture.fault.FaultKind;
import dev.drover.local.torture.oracle.FaultLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Each kind of fault, how often it struck, and how long recovery took. */
final class RecoveryTable {
  private RecoveryTable() {}

  static List<String> lines(List<FaultLog.Entry> faults) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "  %-22s %7s %8s %6s %12s  %s",
            "fault",
            "laid",
            "strikes",
            "runs",
            "recovery",
            ""));
    for (FaultKind kind : FaultKind.values()) {
      List<FaultLog.Entry> ofKind = faults.stream().filter(entry -> entry.kind() == kind).toList();
      if (!ofKind.isEmpty()) {
        lines.add(line(kind, ofKind));
      }
    }
    return lines;
  }

  private static String line(FaultKind kind, List<FaultLog.Entry> entries) {
    return String.format(
        Locale.ROOT,
        "  %-22s %7d %8d %6d %12s  %s",
        kind,
        entries.size(),
        entries.stream().mapToInt(FaultLog.Entry::strikes).sum(),
        entries.stream().mapToInt(FaultLog.Entry::met).sum(),
        recovery(entries),
        kind.what());
  }

  /** The shortest and the longest of those that struck. */
  private static String recovery(List<FaultLog.Entry> entries) {
    List<Duration> recoveries =
        entries.stream()
            .filter(entry -> entry.strikes() > 0)
            .map(FaultLog.Entry::recovery)
            .flatMap(Optional::stream)
            .sorted()
            .toList();
    if (recoveries.isEmpty()) {
      return "-";
    }
    long shortest = recoveries.getFirst().toSeconds();
    long longest = recoveries.getLast().toSeconds();
    return shortest == longest ? longest + " s" : shortest + "-" + longest + " s";
  }
}
