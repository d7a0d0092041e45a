package dev.drover.local.launcher.demo;

import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Whether an exported volume starts with a disk, byte for byte, and holds nothing but zeros after
 * it: a volume has whole GiB, a disk need not.
 *
 * @param identical the verdict
 * @param text the verdict for a person, with the first byte that differs
 */
record DiskComparison(boolean identical, String text) {
  private static final int CHUNK_BYTES = 1024 * 1024;
  private static final long BYTES_PER_MIB = 1024 * 1024;

  static DiskComparison of(Path disk, Path volume) {
    try (InputStream expected = Files.newInputStream(disk);
        InputStream actual = Files.newInputStream(volume)) {
      byte[] left = new byte[CHUNK_BYTES];
      byte[] right = new byte[CHUNK_BYTES];
      long position = 0;
      while (true) {
        int leftLength = expected.readNBytes(left, 0, CHUNK_BYTES);
        int rightLength = actual.readNBytes(right, 0, CHUNK_BYTES);
        if (rightLength < leftLength) {
          return new DiskComparison(
              false, "the volume ends at " + (position + rightLength) + ", before the disk");
        }
        if (rightLength == 0) {
          return new DiskComparison(
              true, Files.size(disk) / BYTES_PER_MIB + " MiB identical to the source");
        }
        // Beyond the disk's end zeros are expected.
        Arrays.fill(left, leftLength, CHUNK_BYTES, (byte) 0);
        int difference = Arrays.mismatch(left, 0, rightLength, right, 0, rightLength);
        if (difference >= 0) {
          return new DiskComparison(
              false, "differs from the source at byte " + (position + difference));
        }
        position += rightLength;
      }
    } catch (IOException e) {
      throw new LocalCloudException(
          "Cannot compare " + disk + " with " + volume + ": " + Reason.of(e), e);
    }
  }
}
