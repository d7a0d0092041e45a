package dev.drover.connector.task;

import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.ConnectorTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tasks that this connector has taken over and not ended: a message is deleted from the queue
 * as soon as it stands here. Not thread-safe; the agent's task board is its one owner.
 */
public final class TaskJournal {
  private static final Logger LOG = LoggerFactory.getLogger(TaskJournal.class);

  private final Path directory;

  /** A journal in a folder; it is made when needed. */
  public TaskJournal(Path directory) {
    this.directory = directory;
  }

  /** What became of a message. */
  public enum Acceptance {
    /** It stands in the journal now. */
    ACCEPTED,
    /** The same attempt, or a newer one, was taken before; nothing is to be done. */
    KNOWN
  }

  /**
   * Takes a task over. Idempotency key: run and attempt; a second delivery, of the same message or
   * of an older attempt, changes nothing. When this returns, the task is on the disk.
   */
  public Acceptance accept(ConnectorTask.Replicate task) throws IOException {
    RunFolder run = run(task.runId());
    int newest = Math.max(run.endedAttempt(), run.task().map(t -> t.attempt()).orElse(0));
    if (task.attempt() <= newest) {
      return Acceptance.KNOWN;
    }
    run.writeTask(task);
    try {
      deleteOtherRuns(task);
    } catch (IOException | UncheckedIOException e) {
      // The task is on the disk; what is left over of older runs only takes room.
      LOG.atWarn().addKeyValue("runId", task.runId()).setCause(e).log("runs.notRemoved");
    }
    return Acceptance.ACCEPTED;
  }

  /** All tasks that are not ended, in no order. */
  public List<ConnectorTask.Replicate> pending() throws IOException {
    List<ConnectorTask.Replicate> pending = new ArrayList<>();
    for (RunFolder run : runs()) {
      run.task().ifPresent(pending::add);
    }
    return pending;
  }

  /** The task of a run that is not ended. */
  public Optional<ConnectorTask.Replicate> pending(RunId runId) throws IOException {
    return run(runId).task();
  }

  /** The task is done, failed or not wanted any more; a newer attempt's stays. */
  public void end(ConnectorTask.Replicate task) throws IOException {
    RunFolder run = run(task.runId());
    run.writeEnded(task.jobId(), task.attempt());
    Optional<ConnectorTask.Replicate> pending = run.task();
    if (pending.isPresent() && pending.get().attempt() <= task.attempt()) {
      run.deleteTask();
    }
  }

  /** What is remembered of a run. */
  public RunFolder run(RunId runId) {
    return new RunFolder(directory.resolve(runId.value()));
  }

  /** A job has one run at a time: when a new one comes, the others' memories are worth nothing. */
  private void deleteOtherRuns(ConnectorTask.Replicate task) throws IOException {
    RunFolder current = run(task.runId());
    for (RunFolder run : runs()) {
      Optional<JobId> jobId = run.jobId();
      boolean sameJob = jobId.isPresent() && jobId.get().equals(task.jobId());
      if (sameJob && !run.equals(current) && run.task().isEmpty()) {
        run.delete();
      }
    }
  }

  private List<RunFolder> runs() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(Files::isDirectory).map(RunFolder::new).toList();
    }
  }
}
