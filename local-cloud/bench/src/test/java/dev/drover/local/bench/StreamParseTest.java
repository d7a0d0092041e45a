package dev.drover.local.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured does the work that it is said to do. */
class StreamParseTest {
  private static final int MIB = 12;

  @Test
  void parse_whatQemuImgExported_isTheDiskAsQemuImgSeesIt(@TempDir Path work) throws IOException {
    boolean there = OtherTools.installed("qemu-img");
    if (!there) {
      System.out.println("StreamParseTest is skipped: there is no qemu-img (qemu-utils).");
    }
    assumeTrue(there, "there is no qemu-img (qemu-utils)");
    BenchDisk disk = BenchDisk.make(work.resolve("servers"), MIB);
    StreamParse stream = StreamParse.of(disk, work);

    stream.byQemu();
    assertThat(Files.mismatch(stream.raw(), disk.image())).isEqualTo(-1);
    stream.remove();

    stream = StreamParse.of(disk, work);
    stream.parse();
    assertThat(Files.mismatch(stream.raw(), disk.image())).isEqualTo(-1);
  }
}
