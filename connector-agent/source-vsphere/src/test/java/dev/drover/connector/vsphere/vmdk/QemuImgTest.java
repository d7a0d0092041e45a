package dev.drover.connector.vsphere.vmdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An independent writer and reader of the format. */
class QemuImgTest {
  private static final int GRAIN = StreamWriter.GRAIN_BYTES;
  private static final long SEED = 11;

  @TempDir Path folder;

  @BeforeAll
  static void needsQemuImg() throws IOException, InterruptedException {
    boolean there;
    try {
      there = run("qemu-img", "--version") == 0;
    } catch (IOException e) {
      there = false;
    }
    if (!there) {
      System.out.println("QemuImgTest is skipped: there is no qemu-img (apt install qemu-utils).");
    }
    assumeTrue(there, "there is no qemu-img (apt install qemu-utils)");
  }

  @ParameterizedTest
  @ValueSource(ints = {512, GRAIN, 3 * GRAIN + 512, 700 * GRAIN})
  void read_whatQemuImgWrote_isExact(int sizeBytes) throws IOException, InterruptedException {
    byte[] disk = Disks.mixed(sizeBytes, SEED);
    disk[0] = 1;
    Path stream = converted(disk);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(stream))) {
      assertThat(Arrays.mismatch(Disks.read(in, sizeBytes), disk)).isEqualTo(-1);
    }
  }

  /**
   * Its tables stand in front and nothing marks its end: only they tell that something is missing.
   */
  @Test
  void read_whatQemuImgWroteInPart_isRefused() throws IOException, InterruptedException {
    byte[] disk = Disks.mixed(20 * GRAIN, SEED);
    byte[] stream = Files.readAllBytes(converted(disk));
    for (int length = 0; length < stream.length - 512; length += 512) {
      byte[] cut = Arrays.copyOf(stream, length);
      assertThatThrownBy(() -> Disks.read(cut, disk.length))
          .as("cut at %d of %d", length, stream.length)
          .isInstanceOf(VmdkFormatException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void read_whateverHappensToItsStream_isTheDiskOrRefused(long seed)
      throws IOException, InterruptedException {
    byte[] disk = Disks.mixed(12 * GRAIN, seed);
    byte[] stream = Files.readAllBytes(converted(disk));
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      try {
        byte[] read = Disks.read(StreamMutation.any(stream, random), disk.length);
        assertThat(Arrays.mismatch(read, disk)).as("seed %d, mutation %d", seed, i).isEqualTo(-1);
      } catch (VmdkFormatException e) {
        assertThat(e).message().isNotBlank();
      }
    }
  }

  /** The tests' own writer writes what others can read. */
  @Test
  void streamWriter_isReadByQemuImg() throws IOException, InterruptedException {
    byte[] disk = Disks.mixed(600 * GRAIN, SEED);
    Path vmdk = Files.write(folder.resolve("own.vmdk"), StreamWriter.write(disk));
    Path raw = folder.resolve("own.raw");
    assertThat(
            run("qemu-img", "convert", "-f", "vmdk", "-O", "raw", vmdk.toString(), raw.toString()))
        .isZero();
    assertThat(Arrays.mismatch(Files.readAllBytes(raw), disk)).isEqualTo(-1);
  }

  private Path converted(byte[] disk) throws IOException, InterruptedException {
    Path raw = Files.write(folder.resolve("disk.raw"), disk);
    Path vmdk = folder.resolve("disk.vmdk");
    String options = "subformat=streamOptimized";
    assertThat(
            run(
                "qemu-img",
                "convert",
                "-f",
                "raw",
                "-O",
                "vmdk",
                "-o",
                options,
                raw.toString(),
                vmdk.toString()))
        .isZero();
    return vmdk;
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
