package dev.drover.local.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.launcher.cloud.SimulatedVcenter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeComparisonTest {
  /** Longer than a chunk, and no multiple of it. */
  private static final int DISK_BYTES = 1_500_000;

  private static final int VOLUME_BYTES = 4_000_000;

  @TempDir Path folder;

  @Test
  void of_volumeWithTheDiskAndZeros_isIdentical() throws Exception {
    assertThat(compare(Arrays.copyOf(disk(), VOLUME_BYTES)))
        .isEqualTo(
            new VolumeComparison(
                true, "1 MiB identical to what the VM snapshot froze, up to write 17"));
    assertThat(compare(disk()).identical()).isTrue();
  }

  @Test
  void of_oneFlippedByte_differs() throws Exception {
    byte[] volume = Arrays.copyOf(disk(), VOLUME_BYTES);
    volume[1_234_567] ^= 1;

    assertThat(compare(volume).identical()).isFalse();
  }

  @Test
  void of_somethingBehindTheDisk_differs() throws Exception {
    byte[] volume = Arrays.copyOf(disk(), VOLUME_BYTES);
    volume[DISK_BYTES] = 1;

    assertThat(compare(volume).identical()).isFalse();
    assertThat(compare(volume).text()).contains("1500000");
  }

  @Test
  void of_volumeShorterThanTheDisk_differs() throws Exception {
    VolumeComparison comparison = compare(Arrays.copyOf(disk(), DISK_BYTES - 1));

    assertThat(comparison.identical()).isFalse();
    assertThat(comparison.text()).contains("1499999");
  }

  private VolumeComparison compare(byte[] volume) throws IOException, NoSuchAlgorithmException {
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(disk()));
    return VolumeComparison.of(
        new SimulatedVcenter.FrozenDisk(2000, "uuid", DISK_BYTES, 17, sha256),
        Files.write(folder.resolve("volume"), volume));
  }

  private static byte[] disk() {
    byte[] disk = new byte[DISK_BYTES];
    for (int i = 0; i < disk.length; i++) {
      disk[i] = (byte) (i * 31);
    }
    return disk;
  }
}
