package dev.drover.local.torture.site;

import dev.drover.local.launcher.cloud.SimulatedVcenter;
import dev.drover.protocol.DiskId;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * A VM of a simulated vCenter, which writes all the time and knows what each snapshot froze.
 *
 * @param isImported whether it runs Windows, so that VM Import has to make its AMIs
 */
public record VcenterGuest(
    String environment, SimulatedVcenter vcenter, String name, boolean isImported)
    implements Guest {
  @Override
  public void change(RandomGenerator random) {
    // It does so by itself.
  }

  @Override
  public void asked(String runId) {
    // Its vCenter knows when it was captured.
  }

  @Override
  public List<Map<String, DiskContent>> captures(String vmId, String runId) {
    return vcenter.frozen().stream()
        .filter(frozen -> frozen.name().contains(runId))
        .map(frozen -> disks(vmId, frozen))
        .toList();
  }

  private static Map<String, DiskContent> disks(String vmId, SimulatedVcenter.Frozen frozen) {
    return frozen.disks().stream()
        .collect(
            Collectors.toMap(
                disk -> DiskId.of(vmId, disk.uuid()).value(),
                disk -> new DiskContent(disk.bytes(), disk.sha256())));
  }
}
