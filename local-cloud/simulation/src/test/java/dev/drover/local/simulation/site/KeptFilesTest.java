package dev.drover.local.simulation.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.protocol.DiskGeometry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptFilesTest {
  private static final int BLOCKS = 10;
  private static final int INDEX_BYTES = 512 + 32 * BLOCKS;

  @TempDir Path folder;

  private final SimulatedDisk disk =
      new SimulatedDisk(
          "vm", "root", (long) BLOCKS * DiskGeometry.BLOCK_BYTES, new SplittableRandom(1));

  private List<String> excess() {
    return new KeptFiles(folder, 1).excess(List.of(new SimulatedServer("vm", List.of(disk))));
  }

  private void keep(String name, int bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[bytes]);
  }

  @Test
  void excess_ofWhatMayBeKept_isNone() throws IOException {
    assertThat(excess()).isEmpty();

    keep("runs/run-1/task", 1);
    keep("segments/0", 1);
    keep("index/" + disk.id() + "/run-1.index", INDEX_BYTES);
    keep("index/" + disk.id() + "/run-2.index", INDEX_BYTES);
    assertThat(excess()).isEmpty();
  }

  @Test
  void excess_ofEachRunsFiles_isNamed() throws IOException {
    for (int run = 1; run <= 3; run++) {
      keep("runs/run-" + run + "/task", 1);
      keep("segments/" + run, 1);
      keep("index/" + disk.id() + "/run-" + run + ".index", INDEX_BYTES);
    }

    assertThat(excess())
        .containsExactly(
            "keeps 3 runs in its journal, not 1 at most",
            "keeps 3 files of segments, not 1 at most",
            "keeps 2496 bytes of indexes of root of vm, not 1664 at most");
  }
}
