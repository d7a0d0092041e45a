package dev.drover.functions.report;

import dev.drover.functions.account.Ec2Text;
import dev.drover.functions.state.RunDisk;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a run sends whole disks and not what changed: else who waits for it wonders. */
final class CopiedWhole {
  private CopiedWhole() {}

  /** Of the run's disks; empty when each has a base. */
  static Optional<String> sentence(List<RunDisk> disks) {
    Map<String, List<RunDisk>> byReason =
        disks.stream()
            .filter(disk -> disk.base() == null)
            .collect(
                Collectors.groupingBy(
                    CopiedWhole::reason, LinkedHashMap::new, Collectors.toList()));
    if (byReason.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        byReason.entrySet().stream()
            .map(entry -> named(entry.getValue(), disks.size()) + ", because " + entry.getKey())
            .collect(Collectors.joining(";", "Copied whole", ".")));
  }

  /** A connector may say anything, at any length. */
  private static String reason(RunDisk disk) {
    return Ec2Text.tagValue(
        Objects.requireNonNullElse(disk.baseReason(), "it was not there when the run was planned"));
  }

  /** None are named where it is all of them. */
  private static String named(List<RunDisk> some, int all) {
    return some.size() == all
        ? ""
        : some.stream().map(CopiedWhole::named).collect(Collectors.joining(", ", " ", ""));
  }

  /** As a sentence names a disk. */
  static String named(RunDisk disk) {
    return Ec2Text.disk(disk.label(), disk.diskId());
  }
}
