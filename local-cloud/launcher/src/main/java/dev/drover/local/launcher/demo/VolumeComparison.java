package dev.drover.local.launcher.demo;

import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Reason;
import dev.drover.local.launcher.cloud.SimulatedVcenter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Whether an exported volume starts with the disk that a VM's snapshot froze, by SHA-256, and holds
 * nothing but zeros after it: a volume has whole GiB, a disk need not.
 *
 * @param identical the verdict
 * @param text the verdict for a person
 */
record VolumeComparison(boolean identical, String text) {
  private static final int CHUNK_BYTES = 1024 * 1024;
  private static final long BYTES_PER_MIB = 1024 * 1024;

  static VolumeComparison of(SimulatedVcenter.FrozenDisk disk, Path volume) {
    try (InputStream bytes = Files.newInputStream(volume)) {
      MessageDigest digest = sha256();
      byte[] chunk = new byte[CHUNK_BYTES];
      long position = 0;
      for (int length = bytes.readNBytes(chunk, 0, CHUNK_BYTES);
          length > 0;
          length = bytes.readNBytes(chunk, 0, CHUNK_BYTES)) {
        int ofDisk = Math.clamp(disk.bytes() - position, 0, length);
        digest.update(chunk, 0, ofDisk);
        for (int i = ofDisk; i < length; i++) {
          if (chunk[i] != 0) {
            return different("holds something behind the disk, at byte " + (position + i));
          }
        }
        position += length;
      }
      if (position < disk.bytes()) {
        return different("ends at " + position + ", before the disk");
      }
      return HexFormat.of().formatHex(digest.digest()).equals(disk.sha256())
          ? new VolumeComparison(
              true,
              "%d MiB identical to what the VM snapshot froze, up to write %d"
                  .formatted(disk.bytes() / BYTES_PER_MIB, disk.lastWrite()))
          : different("is not what the VM snapshot froze");
    } catch (IOException e) {
      throw new LocalCloudException("Cannot read " + volume + ": " + Reason.of(e, volume), e);
    }
  }

  private static VolumeComparison different(String how) {
    return new VolumeComparison(false, "DIFFERS: the volume " + how);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
