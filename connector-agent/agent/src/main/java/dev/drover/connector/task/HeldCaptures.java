package dev.drover.connector.task;

import dev.drover.connector.state.DurableFile;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.MessageJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What runs may hold on the site, a VM snapshot for example: a file for each run, written before
 * anything is made there and removed when it was released. So whatever ends a process, the next one
 * knows what there is to release.
 */
public final class HeldCaptures {
  private static final String SUFFIX = ".json";

  private final Path directory;

  /** In a folder; it is made when needed. */
  public HeldCaptures(Path directory) {
    this.directory = directory;
  }

  /** What is to become of it. */
  public enum Wish {
    /** The run may go on with it. */
    KEEP,
    /** The run does not read here any more. */
    RELEASE,
    /** The run has ended; whatever connector made it. */
    CLEAN_UP
  }

  /**
   * What a run may hold.
   *
   * @param readAt when it was read last
   */
  public record Held(String vmId, Instant readAt, Wish wish) {
    /** Refuses a part that is missing. */
    public Held {
      InvalidMessageException.requirePresent(vmId, "vmId");
      InvalidMessageException.requirePresent(readAt, "readAt");
      InvalidMessageException.requirePresent(wish, "wish");
    }
  }

  /** A run begins to read, or goes on. */
  public synchronized void hold(RunId run, String vmId, Instant now) throws IOException {
    Files.createDirectories(directory);
    write(run, new Held(vmId, now, Wish.KEEP));
  }

  /** A run has stopped reading, and may go on. */
  public synchronized void stoppedReading(RunId run, Instant now) throws IOException {
    Optional<Held> held = read(run);
    if (held.isPresent()) {
      write(run, new Held(held.get().vmId(), now, held.get().wish()));
    }
  }

  /** A run is not to go on with it, also if nothing is known of it here. */
  public synchronized void unwanted(RunId run, String vmId, Wish wish, Instant now)
      throws IOException {
    Files.createDirectories(directory);
    write(run, new Held(vmId, now, wish));
  }

  /** Nothing is held for a run any more. */
  public synchronized void released(RunId run) throws IOException {
    file(run).delete();
  }

  /** What each run may hold. */
  public synchronized Map<RunId, Held> all() throws IOException {
    Map<RunId, Held> all = new HashMap<>();
    for (Path file : files()) {
      String name = String.valueOf(file.getFileName());
      RunId run = new RunId(name.substring(0, name.length() - SUFFIX.length()));
      read(run).ifPresent(held -> all.put(run, held));
    }
    return all;
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).toList();
    }
  }

  /** What cannot be read any more is found by its age. */
  private Optional<Held> read(RunId run) throws IOException {
    DurableFile file = file(run);
    Optional<byte[]> content = file.read();
    try {
      return content.map(json -> MessageJson.read(file.path().toString(), json, Held.class));
    } catch (InvalidMessageException | FormatException e) {
      return Optional.empty();
    }
  }

  private void write(RunId run, Held held) throws IOException {
    file(run).write(MessageJson.write(held));
  }

  private DurableFile file(RunId run) {
    return new DurableFile(directory.resolve(run.value() + SUFFIX));
  }
}
