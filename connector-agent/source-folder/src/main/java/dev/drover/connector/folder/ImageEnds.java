package dev.drover.connector.folder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a file begins and ends with, each byte as one character.
 *
 * @param head its first bytes, up to {@link #HEAD_BYTES}
 * @param tail its last bytes, up to {@link #TAIL_BYTES}
 */
record ImageEnds(String head, String tail) {
  /** Enough for a partition table of a disk with sectors of 4 KiB. */
  private static final int HEAD_BYTES = 8_192;

  /** VHD and DMG end with a footer of that size. */
  static final int TAIL_BYTES = 512;

  private static final int BOOT_SIGNATURE_AT = 510;
  private static final String BOOT_SIGNATURE = "U\u00aa";
  private static final String GPT_SIGNATURE = "EFI PART";

  static ImageEnds read(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      String head = read(channel, 0, HEAD_BYTES);
      return new ImageEnds(
          head, read(channel, Math.max(0, channel.size() - TAIL_BYTES), TAIL_BYTES));
    }
  }

  /**
   * Whether a firmware would look further: a boot sector, or a GUID partition table in sectors of
   * 512 or 4,096 bytes.
   *
   * @see <a href="https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html">UEFI 2.10,
   *     GUID Partition Table Disk Layout</a>
   */
  boolean hasPartitionTable() {
    return head.startsWith(BOOT_SIGNATURE, BOOT_SIGNATURE_AT)
        || head.startsWith(GPT_SIGNATURE, 512)
        || head.startsWith(GPT_SIGNATURE, 4_096);
  }

  private static String read(FileChannel channel, long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {
      // What is missing comes with the next read, or the file ends here.
    }
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
  }
}
