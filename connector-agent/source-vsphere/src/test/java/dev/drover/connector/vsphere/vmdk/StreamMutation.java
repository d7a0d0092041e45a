package dev.drover.connector.vsphere.vmdk;

import java.util.Arrays;
import java.util.Random;

/** What may happen to a stream on its way, and what somebody may make of it. */
final class StreamMutation {
  private static final int SECTOR = 512;

  private StreamMutation() {}

  static byte[] any(byte[] stream, Random random) {
    int sectors = stream.length / SECTOR;
    // Half of them in what follows the descriptor.
    int sector =
        random.nextBoolean() ? random.nextInt(sectors) : 128 + random.nextInt(sectors - 128);
    byte[] mutated = stream.clone();
    int at = sector * SECTOR;
    switch (random.nextInt(6)) {
      case 0 -> mutated[at + random.nextInt(SECTOR)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> mutated[at + random.nextInt(16)] = (byte) random.nextInt();
      case 2 -> Arrays.fill(mutated, at, at + SECTOR, (byte) 0);
      case 3 -> {
        // A sector is lost.
        System.arraycopy(stream, at + SECTOR, mutated, at, stream.length - at - SECTOR);
        mutated = Arrays.copyOf(mutated, stream.length - SECTOR);
      }
      case 4 -> {
        int other = random.nextInt(sectors) * SECTOR;
        System.arraycopy(stream, other, mutated, at, SECTOR);
        System.arraycopy(stream, at, mutated, other, SECTOR);
      }
      default -> {
        byte[] garbage = new byte[SECTOR];
        random.nextBytes(garbage);
        System.arraycopy(garbage, 0, mutated, at, SECTOR);
      }
    }
    return mutated;
  }
}
