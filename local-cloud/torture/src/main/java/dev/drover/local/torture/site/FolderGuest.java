package dev.drover.local.torture.site;

import dev.drover.protocol.DiskId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** A server of a folder: raw images, changed between runs and at rest during each. */
public final class FolderGuest implements Guest {
  /** Each change writes so many pieces into each disk. */
  private static final int PIECES = 12;

  private static final int MAX_PIECE_BYTES = 96 * 1024;

  /** Every fourth piece is of zeros: what was there goes. */
  private static final int ZEROS = 4;

  private final String environment;
  private final Path folder;
  private final Map<String, Long> disks;
  private final Map<String, DiskContent> contents = new HashMap<>();
  private final Map<String, List<Map<String, DiskContent>>> captures = new HashMap<>();

  /**
   * Makes a server.
   *
   * @param folder of its images; its name is the server's
   * @param disks bytes by file name
   */
  public FolderGuest(String environment, Path folder, Map<String, Long> disks) {
    this.environment = environment;
    this.folder = folder;
    this.disks = new TreeMap<>(disks);
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, Long> disk : this.disks.entrySet()) {
        try (RandomAccessFile file = open(disk.getKey())) {
          file.setLength(disk.getValue());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the server " + folder, e);
    }
  }

  @Override
  public String name() {
    return String.valueOf(folder.getFileName());
  }

  @Override
  public boolean isImported() {
    return false;
  }

  @Override
  public String environment() {
    return environment;
  }

  /** Its images look changed, and are as they were. */
  public void touch(Instant now) {
    try {
      for (String disk : disks.keySet()) {
        Files.setLastModifiedTime(folder.resolve(disk), FileTime.from(now));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot touch the server " + folder, e);
    }
  }

  @Override
  public synchronized void change(RandomGenerator random) {
    try {
      for (Map.Entry<String, Long> disk : disks.entrySet()) {
        try (RandomAccessFile file = open(disk.getKey())) {
          for (int piece = 0; piece < PIECES; piece++) {
            byte[] bytes = new byte[random.nextInt(1, MAX_PIECE_BYTES)];
            if (piece % ZEROS != 0) {
              random.nextBytes(bytes);
            }
            file.seek(random.nextLong(disk.getValue() - bytes.length));
            file.write(bytes);
          }
        }
        contents.put(
            DiskId.of(name(), disk.getKey()).value(),
            DiskContent.of(folder.resolve(disk.getKey())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot change the server " + folder, e);
    }
  }

  @Override
  public synchronized void asked(String runId) {
    captures.computeIfAbsent(runId, run -> new ArrayList<>()).add(Map.copyOf(contents));
  }

  /**
   * It is at rest while a run goes on. One that failed and goes on may have been captured before,
   * and all of it sent, or is captured anew: what there was at any time it was asked for.
   */
  @Override
  public synchronized List<Map<String, DiskContent>> captures(String vmId, String runId) {
    return List.copyOf(captures.getOrDefault(runId, List.of()));
  }

  private RandomAccessFile open(String disk) throws IOException {
    return new RandomAccessFile(folder.resolve(disk).toFile(), "rw");
  }
}
