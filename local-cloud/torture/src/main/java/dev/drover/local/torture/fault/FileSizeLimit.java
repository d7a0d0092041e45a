package dev.drover.local.torture.fault;

import dev.drover.local.launcher.cloud.LocalCloudException;
import java.io.IOException;

/** How large a file a running process may write: with none of any size, its disk is full. */
final class FileSizeLimit {
  private FileSizeLimit() {}

  /**
   * Sets it.
   *
   * @param limits soft and hard, as prlimit(1) takes them
   */
  static void set(long pid, String limits) {
    try {
      new ProcessBuilder("prlimit", "--pid", Long.toString(pid), "--fsize=" + limits)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new LocalCloudException("Cannot start prlimit, of Debian's util-linux.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
