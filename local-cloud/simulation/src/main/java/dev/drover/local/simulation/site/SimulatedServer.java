package dev.drover.local.simulation.site;

import dev.drover.protocol.Firmware;
import dev.drover.protocol.message.Report;
import java.util.List;

/** A VM. */
public record SimulatedServer(String vmId, List<SimulatedDisk> disks) {
  /** Copies the disks. */
  public SimulatedServer {
    disks = List.copyOf(disks);
  }

  Report.InventoryServer seen() {
    return new Report.InventoryServer(
        vmId,
        vmId,
        null,
        "Debian 13",
        Firmware.UEFI,
        2,
        2048L,
        disks.stream()
            .map(
                disk ->
                    new Report.InventoryDisk(disk.id(), disk.name(), disk.geometry().sizeBytes()))
            .toList());
  }
}
