package dev.drover.connector.task;

import dev.drover.connector.pipeline.ExtentJournal;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.state.DurableFile;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one run, over its attempts and over restarts.
 *
 * <pre>
 * task.json                            the task, while it is not done; it has the task token
 * ended.json                           the newest attempt that has ended
 * capture.json                         the capture that the run works with
 * &lt;generation&gt;/&lt;disk&gt;.&lt;base&gt;.extents  an {@link ExtentJournal}
 * </pre>
 *
 * <p>The folder outlives the task: the cloud may ask the same run for what is missing, and then
 * this says what was sent. It goes when the job's next run begins.
 */
public record RunFolder(Path directory) {
  /** The file {@code capture.json}, which only the running task writes. */
  record Opened(JobId jobId, CaptureName capture) {}

  /** The file {@code ended.json}, which only the task board writes. */
  record Ended(JobId jobId, int attempt) {}

  /** The capture that this run worked with before. */
  @Nullable CaptureName capture() throws IOException {
    return read(captureFile(), Opened.class).map(Opened::capture).orElse(null);
  }

  /** Remembers the capture and forgets what was sent of any other generation. */
  void rememberCapture(JobId jobId, CaptureName capture) throws IOException {
    Files.createDirectories(directory);
    captureFile().write(MessageJson.write(new Opened(jobId, capture)));
    String generation = capture.generation().value();
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.filter(Files::isDirectory).toList()) {
        if (!entry.endsWith(generation)) {
          deleteTree(entry);
        }
      }
    }
    Files.createDirectories(directory.resolve(generation));
  }

  ExtentJournal extents(DiskDelta delta, DiskGeometry geometry) throws IOException {
    String name = delta.diskId() + "." + ObjectKeys.baseText(delta.base()) + ".extents";
    Path file = directory.resolve(delta.generation().value()).resolve(name);
    return ExtentJournal.open(file, geometry);
  }

  /** Where a disk's manifest is written before it is put. */
  Path manifest(DiskId diskId) {
    return directory.resolve(diskId + ObjectKeys.MANIFEST_SUFFIX);
  }

  int endedAttempt() throws IOException {
    return read(endedFile(), Ended.class).map(Ended::attempt).orElse(0);
  }

  void writeEnded(JobId jobId, int attempt) throws IOException {
    Files.createDirectories(directory);
    Ended ended = new Ended(jobId, Math.max(attempt, endedAttempt()));
    endedFile().write(MessageJson.write(ended));
  }

  /** The job that the run is of; empty when nothing is known. */
  Optional<JobId> jobId() throws IOException {
    Optional<JobId> ofEnded = read(endedFile(), Ended.class).map(Ended::jobId);
    return ofEnded.isPresent() ? ofEnded : task().map(ConnectorTask.Replicate::jobId);
  }

  Optional<ConnectorTask.Replicate> task() throws IOException {
    return read(taskFile(), ConnectorTask.class)
        .filter(ConnectorTask.Replicate.class::isInstance)
        .map(ConnectorTask.Replicate.class::cast);
  }

  void writeTask(ConnectorTask.Replicate task) throws IOException {
    Files.createDirectories(directory);
    taskFile().write(MessageJson.write(task));
  }

  void deleteTask() throws IOException {
    taskFile().delete();
  }

  void delete() throws IOException {
    deleteTree(directory);
  }

  /** A file that cannot be read any more costs a second upload, not the run. */
  private static <T> Optional<T> read(DurableFile file, Class<T> type) throws IOException {
    Optional<byte[]> content = file.read();
    try {
      return content.map(json -> MessageJson.read(file.path().toString(), json, type));
    } catch (InvalidMessageException | FormatException e) {
      return Optional.empty();
    }
  }

  private DurableFile taskFile() {
    return new DurableFile(directory.resolve("task.json"));
  }

  private DurableFile captureFile() {
    return new DurableFile(directory.resolve("capture.json"));
  }

  private DurableFile endedFile() {
    return new DurableFile(directory.resolve("ended.json"));
  }

  private static void deleteTree(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(tree)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    }
  }
}
