package dev.drover.local.torture.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.ec2.model.Tag;

class AmiSnapshotsTest {
  private static final Snapshot ROOT = copy("snap-1", "d-root");
  private static final Snapshot DATA = copy("snap-2", "d-data");
  private static final Snapshot MADE_ROOT = made("snap-3");
  private static final Snapshot MADE_DATA = made("snap-4");
  private static final Map<String, String> COPIES =
      Map.of("/dev/sda1", "snap-1", "/dev/sdf", "snap-2");
  private static final Map<String, String> MADE =
      Map.of("/dev/sda1", "snap-3", "/dev/sdf", "snap-4");

  private static Snapshot copy(String id, String disk) {
    return Snapshot.builder()
        .snapshotId(id)
        .tags(Tag.builder().key("drover:disk").value(disk).build())
        .build();
  }

  private static Snapshot made(String id) {
    return Snapshot.builder().snapshotId(id).build();
  }

  @Test
  void imported_isOfTheDisksWhoseCopiesHadItsDevices() {
    AmiSnapshots snapshots =
        AmiSnapshots.of(
            COPIES,
            MADE,
            Map.of("snap-1", ROOT, "snap-2", DATA, "snap-3", MADE_ROOT, "snap-4", MADE_DATA),
            true);

    assertThat(snapshots.copies()).isEqualTo(Map.of("d-root", ROOT, "d-data", DATA));
    assertThat(snapshots.made()).isEqualTo(Map.of("d-root", MADE_ROOT, "d-data", MADE_DATA));
  }

  @Test
  void imported_whatIsGoneOrOfNoCopy_isNoDisks() {
    AmiSnapshots snapshots =
        AmiSnapshots.of(
            Map.of("/dev/sda1", "snap-1"), MADE, Map.of("snap-1", ROOT, "snap-4", MADE_DATA), true);

    assertThat(snapshots.copies()).isEqualTo(Map.of("d-root", ROOT));
    assertThat(snapshots.made()).isEqualTo(Map.of("/dev/sdf", MADE_DATA));
  }
}
