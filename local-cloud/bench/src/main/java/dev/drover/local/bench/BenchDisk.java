package dev.drover.local.bench;

import dev.drover.protocol.DiskGeometry;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A folder with one server that has one disk. Of ten blocks three are zeros, four compress to about
 * a third as text does, and three not at all; always the same ones, so that figures of two versions
 * compare.
 */
record BenchDisk(Path servers, long sizeBytes) {
  static final String SERVER = "bench";
  private static final long SEED = 2025;
  private static final int TURN = 10;
  private static final int ZEROS = 3;
  private static final int TEXT = 7;
  private static final int WORDS = 4096;

  /** The disk image. */
  Path image() {
    return servers.resolve(SERVER).resolve("root.img");
  }

  /** Writes it. */
  static BenchDisk make(Path servers, int mib) throws IOException {
    BenchDisk disk = new BenchDisk(servers, (long) mib << 20);
    Files.createDirectories(disk.image().getParent());
    Random random = new Random(SEED);
    byte[][] words = words(random);
    byte[] block = new byte[DiskGeometry.BLOCK_BYTES];
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(disk.image()))) {
      for (long i = 0; i < disk.sizeBytes / block.length; i++) {
        fill(block, (int) (i % TURN), words, random);
        out.write(block);
      }
    }
    return disk;
  }

  private static void fill(byte[] block, int turn, byte[][] words, Random random) {
    if (turn < ZEROS) {
      java.util.Arrays.fill(block, (byte) 0);
    } else if (turn < TEXT) {
      int at = 0;
      while (at < block.length) {
        byte[] word = words[random.nextInt(WORDS)];
        int length = Math.min(word.length, block.length - at);
        System.arraycopy(word, 0, block, at, length);
        at += length;
      }
    } else {
      random.nextBytes(block);
    }
  }

  private static byte[][] words(Random random) {
    byte[][] words = new byte[WORDS][];
    for (int i = 0; i < WORDS; i++) {
      StringBuilder word = new StringBuilder();
      for (int letters = 2 + random.nextInt(9); letters > 0; letters--) {
        word.append((char) ('a' + random.nextInt(26)));
      }
      words[i] = word.append(' ').toString().getBytes(StandardCharsets.US_ASCII);
    }
    return words;
  }
}
