package dev.drover.protocol.format;

import java.nio.charset.StandardCharsets;

/**
 * The bytes of a digest list, version 1.
 *
 * <pre>
 *  0  8  magic "DRVRDGST"
 *  8  2  version = 1      10  2  reserved, 0
 * 12  4  header length H, from byte 0 to the digests
 * 16  4  block size       20  4  block count N = ceil(disk size / block size)
 * 24  8  disk size in bytes
 * 32     three texts: snapshot, parent or "none", disk (each 2 bytes length, UTF-8)
 *  H 32N SHA-256 of each block in order; 32 zero bytes: never written
 *    32  digest over all bytes before it: the list's digest
 * </pre>
 */
final class DigestListFormat {
  static final byte[] MAGIC = "DRVRDGST".getBytes(StandardCharsets.US_ASCII);
  static final int VERSION = 1;
  static final int FIXED_HEADER_BYTES = 32;

  /** Three texts of at most 64 characters each are far below; a longer header is a lie. */
  static final int MAX_HEADER_BYTES = 512;

  private DigestListFormat() {}
}
