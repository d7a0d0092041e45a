package dev.drover.functions.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.protocol.DiskGeometry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Defect 8 of the review: the functions and the largest disk that EBS has. */
final class LargestDiskTest {
  @Test
  void look_diskOf64Tib_keepsToItsTimeInASmallHeap() throws IOException, InterruptedException {
    assertThat(output(DiskGeometry.MAX_DISK_BYTES)).contains("all is applied: APPLIED");
  }

  /** A part, because the pass needs a real processor; it is as long as the disk. */
  @Test
  void complete_disk_keepsToItsPartOfTheTimeInASmallHeap()
      throws IOException, InterruptedException {
    assertThat(output(DiskGeometry.MAX_DISK_BYTES / 64, "complete")).contains("complete: ");
  }

  private static String output(long sizeBytes, String... what)
      throws IOException, InterruptedException {
    Process process = start(sizeBytes, what);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    System.out.println(output);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static Process start(long sizeBytes, String... what) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            LargestDisk.class.getName(),
            Long.toString(sizeBytes));
    builder.command().addAll(List.of(what));
    Map<String, String> environment = builder.environment();
    environment.remove("JDK_JAVA_OPTIONS");
    return builder.redirectErrorStream(true).start();
  }
}
