package dev.drover.functions.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.protocol.DiskGeometry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Defect 8 of the review: the functions and the largest disk that EBS has. */
final class LargestDiskTest {
  @Test
  void functions_diskOf64Tib_keepToTheirTimeInASmallHeap()
      throws IOException, InterruptedException {
    Process process = start(DiskGeometry.MAX_DISK_BYTES);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    System.out.println(output);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("all is applied: APPLIED");
  }

  private static Process start(long sizeBytes) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            LargestDisk.class.getName(),
            Long.toString(sizeBytes));
    Map<String, String> environment = builder.environment();
    environment.remove("JDK_JAVA_OPTIONS");
    return builder.redirectErrorStream(true).start();
  }
}
