package dev.drover.local.bench;

import dev.drover.local.launcher.cloud.LocalCloudException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux calls the high-water mark of a process's resident set. */
final class PeakMemory {
  private static final String PEAK = "VmHWM:";
  private static final int KIB_PER_MIB = 1024;

  private PeakMemory() {}

  static long mib(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith(PEAK)) {
        return Long.parseLong(line.substring(PEAK.length()).replace("kB", "").strip())
            / KIB_PER_MIB;
      }
    }
    throw new LocalCloudException("The kernel does not tell the peak memory of process " + pid);
  }
}
