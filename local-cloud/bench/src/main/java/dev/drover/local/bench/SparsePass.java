package dev.drover.local.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A full pass over a disk that is one hole, in a JVM of its own whose heap is bounded as a
 * connector's with default settings: what a disk's size costs in memory, without its data.
 */
final class SparsePass {
  /** What the connector asks for with the two workers used here. */
  private static final String HEAP = "-Xmx128m";

  private static final int WORKERS = 2;

  private SparsePass() {}

  /**
   * One such pass.
   *
   * @param peakMib most that the process ever had in memory
   */
  record Outcome(double seconds, long peakMib) {}

  /** Runs it and waits for its end. */
  static Outcome of(Path work, int gib) throws IOException {
    Path folder = Files.createDirectories(work.resolve("sparse-" + gib));
    BenchDisk disk = new BenchDisk(folder.resolve("servers"), (long) gib << 30);
    Files.createDirectories(disk.image().getParent());
    try (RandomAccessFile file = new RandomAccessFile(disk.image().toFile(), "rw")) {
      file.setLength(disk.sizeBytes());
    }
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            HEAP,
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            SparsePass.class.getName(),
            folder.toString(),
            Integer.toString(gib));
    String output = Program.run(command, Map.of());
    String[] figures = output.strip().lines().toList().getLast().split(" ", -1);
    return new Outcome(Double.parseDouble(figures[0]), Long.parseLong(figures[1]));
  }

  /** The child: its folder and the disk's size in GiB; prints seconds and the peak in MiB. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    BenchDisk disk = new BenchDisk(folder.resolve("servers"), Long.parseLong(arguments[1]) << 30);
    PipelinePass pass =
        new PipelinePass(disk, folder.resolve("state"), Stores.discarding(), WORKERS);
    double seconds = Duel.seconds(pass::full);
    System.out.println(seconds + " " + PeakMemory.mib(ProcessHandle.current().pid()));
  }
}
