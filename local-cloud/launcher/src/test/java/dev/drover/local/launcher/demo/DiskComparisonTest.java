package dev.drover.local.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskComparisonTest {
  private static final int DISK_BYTES = 1_500_000;
  private static final int VOLUME_BYTES = 4 * 1024 * 1024;

  @TempDir Path folder;

  @Test
  void of_volumeWithTheDiskAndZeros_isIdentical() throws IOException {
    byte[] volume = Arrays.copyOf(disk(), VOLUME_BYTES);

    assertThat(compare(disk(), volume).identical()).isTrue();
  }

  @Test
  void of_oneFlippedByte_namesItsPlace() throws IOException {
    byte[] volume = Arrays.copyOf(disk(), VOLUME_BYTES);
    volume[1_234_567] ^= 1;

    assertThat(compare(disk(), volume))
        .isEqualTo(new DiskComparison(false, "differs from the source at byte 1234567"));
  }

  @Test
  void of_somethingAfterTheDisk_differs() throws IOException {
    byte[] volume = Arrays.copyOf(disk(), VOLUME_BYTES);
    volume[3_000_000] = 1;

    assertThat(compare(disk(), volume).text()).contains("3000000");
  }

  @Test
  void of_volumeShorterThanTheDisk_differs() throws IOException {
    DiskComparison comparison = compare(disk(), Arrays.copyOf(disk(), DISK_BYTES - 1));

    assertThat(comparison.identical()).isFalse();
    assertThat(comparison.text()).contains("1499999");
  }

  private DiskComparison compare(byte[] disk, byte[] volume) throws IOException {
    return DiskComparison.of(
        Files.write(folder.resolve("disk"), disk), Files.write(folder.resolve("volume"), volume));
  }

  private static byte[] disk() {
    byte[] disk = new byte[DISK_BYTES];
    for (int i = 0; i < disk.length; i++) {
      disk[i] = (byte) (i * 31);
    }
    return disk;
  }
}
