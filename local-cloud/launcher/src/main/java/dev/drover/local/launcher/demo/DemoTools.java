package dev.drover.local.launcher.demo;

import dev.drover.local.launcher.cloud.LocalCloud;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * The programs of e2fsprogs that the demo needs, run as processes of its cloud; none needs root.
 */
final class DemoTools {
  /** Debian keeps them outside a user's PATH. */
  private static final List<Path> FOLDERS =
      List.of(
          Path.of("/usr/sbin"),
          Path.of("/sbin"),
          Path.of("/usr/bin"),
          Path.of("/usr/local/sbin"),
          Path.of("/usr/local/bin"));

  private final LocalCloud cloud;
  private final Path logs;

  DemoTools(LocalCloud cloud, Path logs) {
    this.cloud = cloud;
    this.logs = logs;
  }

  /** Makes an ext4 file system with a folder's content, from a byte offset of an image on. */
  void makeExt4(Path image, long offsetBytes, long sizeKib, String label, Path content) {
    run(
        List.of(
            find("mkfs.ext4"),
            "-q",
            "-F",
            "-m",
            "0",
            // Small files are many; the default of one inode for 16 KiB would run out.
            "-i",
            "8192",
            "-J",
            "size=8",
            "-L",
            label,
            "-E",
            "offset=" + offsetBytes + ",root_owner=0:0",
            "-d",
            content.toString(),
            image.toString(),
            sizeKib + "k"));
  }

  /** Changes an ext4 file system in place by debugfs's own commands. */
  void changeExt4(Path image, List<String> commands) {
    Path script = logs.resolve("debugfs-" + UUID.randomUUID() + ".txt");
    try {
      Files.write(script, commands);
    } catch (IOException e) {
      throw new LocalCloudException("Cannot write " + script + ": " + Reason.of(e, script), e);
    }
    run(List.of(find("debugfs"), "-w", "-f", script.toString(), image.toString()));
  }

  /** Whether a full check finds nothing to repair; the image is only read. */
  boolean isSoundExt4(Path image) {
    return exitCode(List.of(find("e2fsck"), "-fn", image.toString())) == 0;
  }

  private void run(List<String> command) {
    int code = exitCode(command);
    if (code != 0) {
      throw new LocalCloudException(
          command.getFirst() + " failed with code " + code + "; its output is in " + log());
    }
  }

  private int exitCode(List<String> command) {
    ProcessBuilder builder = cloud.processBuilder(command);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    try {
      return cloud.spawn(builder).waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalCloudException("Interrupted while running " + command.getFirst(), e);
    }
  }

  private Path log() {
    return cloud.log("e2fsprogs");
  }

  private static String find(String program) {
    return FOLDERS.stream()
        .map(folder -> folder.resolve(program))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString)
        .orElseThrow(
            () -> new LocalCloudException(program + " is missing: install the package e2fsprogs."));
  }
}
