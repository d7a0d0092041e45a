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
 * @param sizeBytes of the whole file
 * @param head its first bytes, up to {@link #HEAD_BYTES}
 * @param end its last bytes, up to {@link #END_BYTES}
 */
record ImageEnds(long sizeBytes, String head, String end) {
  /** The superblock that lies furthest in, that of Btrfs, begins at 64 KiB. */
  private static final int HEAD_BYTES = 68 << 10;

  /** VHD and DMG end with a footer of that size. */
  static final int TAIL_BYTES = 512;

  /** What a copy by whole blocks or by hand may have put behind such a footer, and the footer. */
  private static final int END_BYTES = (8 << 10) + TAIL_BYTES;

  static ImageEnds read(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      long sizeBytes = channel.size();
      String head = read(channel, 0, HEAD_BYTES);
      return new ImageEnds(
          sizeBytes, head, read(channel, Math.max(0, sizeBytes - END_BYTES), END_BYTES));
    }
  }

  /** Its last {@link #TAIL_BYTES}, or all that there is. */
  String tail() {
    return end.substring(Math.max(0, end.length() - TAIL_BYTES));
  }

  /** A byte of the head; 0 behind its end, as a disk would be continued. */
  int byteAt(int offset) {
    return offset < head.length() ? head.charAt(offset) : 0;
  }

  /** Two bytes of the head, little-endian. */
  int shortAt(int offset) {
    return byteAt(offset) | byteAt(offset + 1) << Byte.SIZE;
  }

  /** Four bytes of the head, little-endian and unsigned. */
  long intAt(int offset) {
    return shortAt(offset) | (long) shortAt(offset + Short.BYTES) << Short.SIZE;
  }

  /** Eight bytes of the head, little-endian. */
  long longAt(int offset) {
    return intAt(offset) | intAt(offset + Integer.BYTES) << Integer.SIZE;
  }

  private static String read(FileChannel channel, long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {
      // What is missing comes with the next read, or the file ends here.
    }
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
  }
}
