package dev.drover.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.pipeline.DiskResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured does the work that it is said to do. */
class PipelinePassTest {
  private static final int MIB = 66;

  @Test
  void passes_overTheBenchDisk_sendAllOfItOnceAndThenNothing(@TempDir Path work)
      throws IOException {
    BenchDisk disk = BenchDisk.make(work.resolve("servers"), MIB);
    PipelinePass pipeline =
        new PipelinePass(disk, work.resolve("state"), Stores.folder(work.resolve("objects")), 2);

    DiskResult full = pipeline.full();
    DiskResult unchanged = pipeline.unchanged(full);

    assertThat(full.bytesRead()).isEqualTo((long) MIB << 20);
    assertThat(full.blocksChanged()).isEqualTo(MIB * 2);
    assertThat(bytesBelow(work.resolve("objects"))).isEqualTo(full.bytesSent());
    assertThat(unchanged.diskDigest()).isEqualTo(full.diskDigest());
    assertThat(unchanged.blocksChanged()).isZero();
    assertThat(unchanged.bytesSent()).isZero();
  }

  @Test
  void limit_overTheBenchDisk_compressesWhatThePipelineSends(@TempDir Path work)
      throws IOException {
    BenchDisk disk = BenchDisk.make(work.resolve("servers"), MIB);
    PipelinePass pipeline = new PipelinePass(disk, work.resolve("state"), Stores.discarding(), 2);

    long compressed = new MachineLimit(disk.image(), 2).readDigestCompress();

    // Headers and tables of two segments, at most 60 bytes a block.
    assertThat(pipeline.full().bytesSent()).isBetween(compressed, compressed + MIB * 2 * 60 + 2000);
  }

  private static long bytesBelow(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      long bytes = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    }
  }
}
