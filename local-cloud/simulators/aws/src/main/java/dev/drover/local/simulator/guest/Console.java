package dev.drover.local.simulator.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** What an instance printed: the newest 64 KiB, as EC2 keeps them, in a file. */
final class Console {
  /**
   * Of GetConsoleOutput.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html">
   *     GetConsoleOutput</a>
   */
  static final int MAX_BYTES = 64 * 1024;

  private final Path file;
  private byte[] newest;

  Console(Path file) throws IOException {
    this.file = file;
    this.newest = Files.exists(file) ? tail(Files.readAllBytes(file)) : new byte[0];
    Files.write(file, newest);
  }

  /** The file is cut when it has twice what is kept. */
  synchronized void write(byte[] bytes, int length) throws IOException {
    byte[] all = Arrays.copyOf(newest, newest.length + length);
    System.arraycopy(bytes, 0, all, newest.length, length);
    newest = tail(all);
    if (Files.size(file) + length > 2 * MAX_BYTES) {
      Files.write(file, newest);
    } else {
      Files.write(file, Arrays.copyOf(bytes, length), StandardOpenOption.APPEND);
    }
  }

  /** A line of the simulator's own. */
  void say(String line) throws IOException {
    byte[] bytes = ("drover: " + line + "\n").getBytes(StandardCharsets.UTF_8);
    write(bytes, bytes.length);
  }

  synchronized byte[] read() {
    return newest.clone();
  }

  private static byte[] tail(byte[] all) {
    return Arrays.copyOfRange(all, Math.max(0, all.length - MAX_BYTES), all.length);
  }
}
