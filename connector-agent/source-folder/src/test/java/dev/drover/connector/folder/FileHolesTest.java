package dev.drover.connector.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.RangeContent;
import dev.drover.connector.source.SourceChangedException;
import dev.drover.protocol.RunId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holes of real files. Where the temporary folder lies on ext4, xfs or btrfs, they are named; on
 * any other file system these tests hold that nothing is said of them.
 */
final class FileHolesTest {
  private static final RunId RUN = new RunId("sms-run-0000aaaa");

  private static final int MIB = 1 << 20;
  private static final long SIZE_BYTES = 64L * MIB;
  private static final Path IN_MEMORY = Path.of("/dev/shm");

  @TempDir private Path temporary;

  /** Data in the 11th MiB, and nowhere else. */
  private static Path sparse(Path folder) throws IOException {
    Path image = Files.createDirectories(folder.resolve("web")).resolve("disk.raw");
    Files.writeString(image.resolveSibling("server.yaml"), "format: raw");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE_BYTES);
      file.seek(10 * MIB);
      file.write(new byte[] {1});
    }
    return image;
  }

  private static Capture capture(Path folder) {
    return new FolderSource(folder, InstantSource.system()).capture("web", RUN, null);
  }

  private static RangeContent content(Capture capture) {
    return (RangeContent) capture.disks().getFirst().content();
  }

  @Test
  void zerosUntil_holes_endWhereDataBegins() throws IOException {
    Path image = sparse(temporary);
    boolean trusted = FileHoles.isTrusted(image);
    try (Capture capture = capture(temporary)) {
      RangeContent disk = content(capture);
      assertThat(disk.zerosUntil(0)).isEqualTo(trusted ? 10L * MIB : 0);
      assertThat(disk.zerosUntil(5 * MIB + 1)).isEqualTo(trusted ? 10L * MIB : 5 * MIB + 1);
      assertThat(disk.zerosUntil(10 * MIB)).as("data").isEqualTo(10L * MIB);
      assertThat(disk.zerosUntil(20 * MIB))
          .as("no data follows")
          .isEqualTo(trusted ? SIZE_BYTES : 20L * MIB);
      assertThat(disk.zerosUntil(SIZE_BYTES - 1))
          .as("the last byte")
          .isEqualTo(trusted ? SIZE_BYTES : SIZE_BYTES - 1);
    }
  }

  @Test
  void zerosUntil_dataThatIsNotOnTheDiskYet_isNoHole() throws IOException {
    Path image = sparse(temporary);
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
      for (int mib = 0; mib < 64; mib++) {
        channel.write(ByteBuffer.wrap(new byte[] {2}), (long) mib * MIB);
      }
    }
    try (Capture capture = capture(temporary)) {
      for (int mib = 0; mib < 64; mib++) {
        assertThat(content(capture).zerosUntil((long) mib * MIB)).isEqualTo((long) mib * MIB);
      }
    }
  }

  @Test
  void zerosUntil_imageTouched_failsAsAReadDoes() throws IOException {
    Path image = sparse(temporary);
    try (Capture capture = capture(temporary)) {
      Files.setLastModifiedTime(image, FileTime.fromMillis(5));
      assertThatThrownBy(() -> content(capture).read(0, new byte[1], 1))
          .isInstanceOf(SourceChangedException.class);
      if (FileHoles.isTrusted(image)) {
        assertThatThrownBy(() -> content(capture).zerosUntil(0))
            .isInstanceOf(SourceChangedException.class);
      }
    }
  }

  @Test
  void zerosUntil_fileSystemThatIsNotTrusted_isNothing() throws IOException {
    assertThat(FileHoles.isTrusted(Path.of("/proc"))).isFalse();
    Path folder =
        Files.isWritable(IN_MEMORY) ? Files.createTempDirectory(IN_MEMORY, "drover-") : temporary;
    try {
      Path image = sparse(folder);
      boolean trusted = FileHoles.isTrusted(image);
      try (Capture capture = capture(folder)) {
        assertThat(content(capture).zerosUntil(0)).isEqualTo(trusted ? 10L * MIB : 0);
      }
    } finally {
      delete(folder);
    }
  }

  @Test
  void of_anotherFileUnderTheName_knowsNothing() throws IOException {
    Path image = sparse(temporary);
    ImageStamp stamp = ImageStamp.of(image);
    try (FileChannel channel = FileChannel.open(image)) {
      Files.delete(image);
      sparse(temporary);
      try (FileHoles holes = FileHoles.of(image, channel, stamp)) {
        assertThat(holes.dataFrom(0)).isZero();
      }
    }
  }

  @Test
  void close_ofManyImages_leavesNoDescriptorBehind() throws IOException {
    sparse(temporary);
    capture(temporary).close();
    long before = descriptors();
    for (int i = 0; i < 50; i++) {
      capture(temporary).close();
    }
    assertThat(descriptors()).isLessThan(before + 10);
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    }
  }
}
