package dev.drover.connector.vsphere;

import dev.drover.connector.source.SourceUnreadableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Why a VM cannot be copied whole, before anything is done to it. Snapshots of others are no
 * reason: what they froze is read, and they are left alone.
 */
final class Preflight {
  /** VMs of older versions have snapshots that later vSphere does not read. */
  private static final int MIN_HARDWARE_VERSION = 7;

  private Preflight() {}

  /** Refuses a VM with all reasons at once. */
  static void require(Machine machine) {
    refusal(machine)
        .ifPresent(
            sentence -> {
              throw new SourceUnreadableException(sentence, null);
            });
  }

  /** Why a run would be refused, with all reasons; empty when it would not. */
  static Optional<String> refusal(Machine machine) {
    List<String> objections = objections(machine);
    return objections.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The VM '"
                + machine.name()
                + "' ("
                + machine.id().moref()
                + ") cannot be copied: "
                + String.join("; ", objections)
                + ".");
  }

  /** Each with what to do. */
  private static List<String> objections(Machine machine) {
    List<String> objections = new ArrayList<>();
    object(
        objections,
        machine,
        VirtualDisk::isIndependent,
        "%s independent, which VM snapshots leave out: set the mode to dependent");
    object(
        objections,
        machine,
        VirtualDisk::isPhysicalMapping,
        "%s a raw device in physical mode, which VM snapshots leave out: map it in virtual mode or"
            + " move its data to a virtual disk");
    object(
        objections,
        machine,
        VirtualDisk::isShared,
        "%s shared with other VMs, of which there are no VM snapshots: copy the cluster's data by"
            + " its own means");
    if (machine.disks().stream().map(VirtualDisk::backingUuid).distinct().count()
        < machine.disks().size()) {
      objections.add(
          "two of its disks have the same uuid: give one another (vmkfstools -J setuuid)");
    }
    if (machine.disks().isEmpty()) {
      objections.add("it has no disks");
    }
    if (machine.hardwareVersion() > 0 && machine.hardwareVersion() < MIN_HARDWARE_VERSION) {
      objections.add(
          "its hardware version is "
              + machine.hardwareVersion()
              + ": upgrade it to "
              + MIN_HARDWARE_VERSION
              + " or later");
    }
    if (machine.consolidationNeeded()) {
      objections.add(
          "disks of removed snapshots were left over: consolidate them in the vSphere Client (VM,"
              + " Snapshots, Consolidate)");
    }
    return objections;
  }

  private static void object(
      List<String> objections, Machine machine, Predicate<VirtualDisk> unfit, String sentence) {
    List<String> labels =
        machine.disks().stream()
            .filter(unfit)
            .map(disk -> "'" + disk.label() + "'")
            .collect(Collectors.toList());
    if (!labels.isEmpty()) {
      String subject = String.join(" and ", labels) + (labels.size() == 1 ? " is" : " are");
      objections.add(String.format(Locale.ROOT, sentence, subject));
    }
  }
}
