package dev.drover.local.simulation.site;

import dev.drover.protocol.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a connector keeps on its disk, against what it may: that must not grow with time. */
final class KeptFiles {
  private static final int INDEX_HEADER_BYTES = 512;

  /** The base's, and the one that is made beside it. */
  private static final int INDEXES_OF_A_DISK = 2;

  private final Path folder;
  private final int segmentFiles;

  /**
   * Below a connector's folder.
   *
   * @param segmentFiles so many extents are in work at once, at most, each with one file
   */
  KeptFiles(Path folder, int segmentFiles) {
    this.folder = folder;
    this.segmentFiles = segmentFiles;
  }

  /** What is more than it may be, in sentences. */
  List<String> excess(List<SimulatedServer> servers) {
    List<String> found = new ArrayList<>();
    compare(found, "runs in its journal", in("runs").size(), servers.size());
    compare(found, "files of segments", in("segments").size(), segmentFiles);
    for (SimulatedServer server : servers) {
      for (SimulatedDisk disk : server.disks()) {
        compare(
            found,
            "bytes of indexes of " + disk.name() + " of " + server.vmId(),
            in("index/" + disk.id()).stream().mapToLong(KeptFiles::bytes).sum(),
            INDEXES_OF_A_DISK
                * (INDEX_HEADER_BYTES + (long) Digest.BYTES * disk.geometry().blockCount()));
      }
    }
    return found;
  }

  private static void compare(List<String> found, String what, long kept, long allowed) {
    if (kept > allowed) {
      found.add("keeps " + kept + " " + what + ", not " + allowed + " at most");
    }
  }

  private List<Path> in(String name) {
    Path inside = folder.resolve(name);
    if (!Files.isDirectory(inside)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(inside)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long bytes(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
