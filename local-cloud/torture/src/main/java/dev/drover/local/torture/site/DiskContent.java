package dev.drover.local.torture.site;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a disk held.
 *
 * @param bytes its size
 * @param sha256 of all of them, in hex
 */
public record DiskContent(long bytes, String sha256) {
  private static final int CHUNK_BYTES = 1 << 20;

  /** Of EBS. */
  private static final long BLOCK_BYTES = 524_288;

  static DiskContent of(Path file) throws IOException {
    long bytes = Files.size(file);
    try (InputStream in = Files.newInputStream(file)) {
      return new DiskContent(bytes, sha256(in, bytes));
    }
  }

  /**
   * Whether a volume begins with this disk and has zeros behind it, at least to the end of the
   * disk's last block.
   *
   * @param encrypted whether what nobody wrote may read as anything
   * @return empty, or how it differs
   */
  public String difference(InputStream volume, boolean encrypted) throws IOException {
    String found = sha256(volume, bytes);
    if (!found.equals(sha256)) {
      return "its first " + bytes + " bytes have the SHA-256 " + found + " instead of " + sha256;
    }
    long left = encrypted ? Math.ceilDiv(bytes, BLOCK_BYTES) * BLOCK_BYTES - bytes : Long.MAX_VALUE;
    byte[] chunk = new byte[CHUNK_BYTES];
    while (left > 0) {
      int length = volume.read(chunk, 0, Math.toIntExact(Math.min(left, CHUNK_BYTES)));
      if (length < 0) {
        return "";
      }
      for (int i = 0; i < length; i++) {
        if (chunk[i] != 0) {
          return "it has something behind the disk's " + bytes + " bytes";
        }
      }
      left -= length;
    }
    return "";
  }

  private static String sha256(InputStream in, long bytes) throws IOException {
    MessageDigest digest = algorithm();
    byte[] chunk = new byte[CHUNK_BYTES];
    long left = bytes;
    while (left > 0) {
      int length = in.read(chunk, 0, Math.toIntExact(Math.min(left, CHUNK_BYTES)));
      if (length < 0) {
        return "of only " + (bytes - left) + " bytes";
      }
      digest.update(chunk, 0, length);
      left -= length;
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest algorithm() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
