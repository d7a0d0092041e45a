package dev.drover.local.simulator.snapshot;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The blocks that were put into one snapshot, as three sparse files in its folder:
 *
 * <pre>
 *   blocks    block i at byte 524288·i     a block of zeros is a hole
 *   digests   SHA-256 of block i at 32·i   mapped
 *   written   bit i: block i was put       mapped
 * </pre>
 *
 * A block's bit is set after its data and digest are in the files, and cleared while a different
 * content replaces it: a process that dies in between leaves a block that was never put, which the
 * count at completion finds.
 */
final class BlockFile implements AutoCloseable {
  private static final String BLOCKS = "blocks";
  private static final String DIGESTS = "digests";
  private static final String WRITTEN = "written";

  private final Path directory;
  private final Arena arena = Arena.ofShared();
  private final FileChannel blocks;
  private final MemorySegment digests;
  private final WrittenBlocks written;

  private BlockFile(Path directory, int blockCount) throws IOException {
    this.directory = directory;
    this.digests = map(directory.resolve(DIGESTS), (long) blockCount * Sha256.BYTES);
    this.written =
        new WrittenBlocks(map(directory.resolve(WRITTEN), WrittenBlocks.fileBytes(blockCount)));
    this.blocks = open(directory.resolve(BLOCKS));
  }

  static BlockFile open(Path directory, int blockCount) throws IOException {
    return new BlockFile(directory, blockCount);
  }

  static void delete(Path directory) throws IOException {
    for (String name : new String[] {BLOCKS, DIGESTS, WRITTEN}) {
      Files.deleteIfExists(directory.resolve(name));
    }
  }

  WrittenBlocks written() {
    return written;
  }

  /** Stores a block; the caller sees to it that no other thread puts the same one. */
  void put(int blockIndex, byte[] block, Sha256 digest) throws IOException {
    if (written.contains(blockIndex)) {
      if (digest(blockIndex).equals(digest)) {
        return;
      }
      written.remove(blockIndex);
    }
    if (!digest.equals(Sha256.OF_ZERO_BLOCK)) {
      write(blockIndex, block);
    }
    MemorySegment.copy(
        digest.bytes(), 0, digests, ValueLayout.JAVA_BYTE, digestOffset(blockIndex), Sha256.BYTES);
    written.add(blockIndex);
  }

  Sha256 digest(int blockIndex) {
    byte[] value = new byte[Sha256.BYTES];
    MemorySegment.copy(
        digests, ValueLayout.JAVA_BYTE, digestOffset(blockIndex), value, 0, Sha256.BYTES);
    return Sha256.wrap(value);
  }

  boolean isZero(int blockIndex) {
    return digest(blockIndex).equals(Sha256.OF_ZERO_BLOCK);
  }

  /**
   * Reads a written block that is not of zeros.
   *
   * @throws IOException also when the file no longer holds what was put
   */
  void read(int blockIndex, byte[] into) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(into);
    long offset = Blocks.offsetBytes(blockIndex);
    while (buffer.hasRemaining()) {
      if (blocks.read(buffer, offset + buffer.position()) < 0) {
        break;
      }
    }
    if (buffer.hasRemaining() || !Sha256.of(into).equals(digest(blockIndex))) {
      throw new IOException(
          "block " + blockIndex + " in " + directory + " is not what was put: remove the folder");
    }
  }

  @Override
  public void close() throws IOException {
    blocks.close();
    arena.close();
  }

  private void write(int blockIndex, byte[] block) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(block);
    long offset = Blocks.offsetBytes(blockIndex);
    while (buffer.hasRemaining()) {
      blocks.write(buffer, offset + buffer.position());
    }
  }

  private MemorySegment map(Path file, long sizeBytes) throws IOException {
    try (FileChannel channel = open(file)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, sizeBytes, arena);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static long digestOffset(int blockIndex) {
    return (long) blockIndex * Sha256.BYTES;
  }
}
