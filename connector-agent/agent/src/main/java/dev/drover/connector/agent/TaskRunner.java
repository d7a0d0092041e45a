package dev.drover.connector.agent;

import dev.drover.connector.host.Host;
import dev.drover.connector.pulse.Hang;
import dev.drover.connector.report.Reporter;
import dev.drover.connector.stop.StoppedException;
import dev.drover.connector.store.StoreException;
import dev.drover.connector.task.FailureCode;
import dev.drover.connector.task.ServerReplication;
import dev.drover.connector.task.TaskFailure;
import dev.drover.connector.task.TaskJournal;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.TaskResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one task from its slot to its end and tells the state machine. It asks whether somebody
 * still waits before it touches anything, so that a message that comes long after its task was done
 * does nothing.
 */
final class TaskRunner {
  private static final Logger LOG = LoggerFactory.getLogger(TaskRunner.class);

  /** The result is told until it is heard or refused; heartbeats go on meanwhile. */
  private static final Duration TELL_AGAIN = Duration.ofSeconds(15);

  /** What of a work that was given up does not hang has ended by then. */
  private static final Duration LAST_STEPS = Duration.ofSeconds(30);

  private final ServerReplication replication;
  private final TaskJournal journal;
  private final TaskCallback callback;
  private final Reporter reporter;
  private final RunObserver observer;
  private final Releases releases;
  private final InstantSource clock;
  private final Host host;

  TaskRunner(
      ServerReplication replication,
      TaskJournal journal,
      TaskCallback callback,
      Reporter reporter,
      RunObserver observer,
      Releases releases,
      InstantSource clock,
      Host host) {
    this.replication = replication;
    this.journal = journal;
    this.callback = callback;
    this.reporter = reporter;
    this.observer = observer;
    this.releases = releases;
    this.clock = clock;
    this.host = host;
  }

  TaskOutcome run(ActiveTask active) {
    ConnectorTask.Replicate task = active.task();
    try {
      return orAbandoned(active, attempt(active));
    } catch (TokenRefusedException e) {
      LOG.atWarn().addKeyValue("runId", task.runId()).setCause(e).log("task.refused");
      active.abandon(TaskBoard.NOBODY_WAITS);
      return new TaskOutcome.Abandoned(TaskBoard.NOBODY_WAITS);
    } catch (StoppedException e) {
      return orAbandoned(active, new TaskOutcome.Interrupted());
    }
  }

  private static TaskOutcome orAbandoned(ActiveTask active, TaskOutcome outcome) {
    String reason = active.unwantedReason();
    return reason == null ? outcome : new TaskOutcome.Abandoned(reason);
  }

  private TaskOutcome attempt(ActiveTask active) {
    ConnectorTask.Replicate task = active.task();
    if (clock.instant().isAfter(task.deadline())) {
      return fail(active, Refusal.deadlinePassed(task));
    }
    askWhetherWanted(task);
    TaskResult result;
    try {
      result = read(active);
    } catch (StoppedException e) {
      Hang hang = active.pulse().givenUp().getNow(null);
      if (hang != null) {
        return fail(active, TaskFailure.of(hang, task.vmId()));
      }
      throw e;
    } catch (IOException | RuntimeException e) {
      Hang hang = active.pulse().givenUp().getNow(null);
      TaskFailure failure = hang == null ? TaskFailure.of(e) : TaskFailure.of(hang, task.vmId());
      LOG.atWarn()
          .addKeyValue("runId", task.runId())
          .addKeyValue("code", failure.code().code())
          .setCause(e)
          .log("task.failed");
      return fail(active, failure);
    }
    note(task, false);
    String output = MessageJson.writeText(result);
    tell(active, () -> callback.succeed(task.taskToken(), output));
    return new TaskOutcome.Succeeded(result);
  }

  private TaskResult read(ActiveTask active) throws IOException {
    try {
      releases.hold(active.task());
      return replicate(active);
    } finally {
      active.stoppedReading();
    }
  }

  /**
   * On a thread of its own, which can be left where it hangs: the slot goes on.
   *
   * @throws StoppedException also when it was left
   */
  private TaskResult replicate(ActiveTask active) throws IOException {
    ConnectorTask.Replicate task = active.task();
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    FutureTask<TaskResult> work =
        new FutureTask<>(
            () ->
                replication.run(
                    task, journal.run(task.runId()), active.pulse(), active.progress())) {
          @Override
          protected void done() {
            ended.complete(true);
          }
        };
    host.thread("task-" + task.runId(), work).start();
    CompletableFuture.anyOf(ended, active.pulse().givenUp()).join();
    if (!host.await(ended, LAST_STEPS)) {
      throw new StoppedException();
    }
    if (work.state() == Future.State.SUCCESS) {
      return work.resultNow();
    }
    switch (work.exceptionNow()) {
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  private TaskOutcome fail(ActiveTask active, TaskFailure failure) {
    ConnectorTask.Replicate task = active.task();
    active.stop().check();
    FailureCode code = failure.code();
    note(task, code.retryable());
    try {
      reporter.failed(task.run(), code.code(), code.retryable(), failure.sentence());
    } catch (StoreException | UncheckedIOException e) {
      // The state machine is told the same below, and it decides.
      LOG.atWarn().addKeyValue("runId", task.runId()).setCause(e).log("report.lost");
    }
    tell(active, () -> callback.fail(task.taskToken(), code.error(), failure.sentence()));
    return new TaskOutcome.Failed(failure);
  }

  /** What could not be noted is released a day later. */
  private void note(ConnectorTask.Replicate task, boolean mayGoOn) {
    try {
      releases.decided(task, mayGoOn);
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("runId", task.runId()).setCause(e).log("release.notNoted");
    }
  }

  private void askWhetherWanted(ConnectorTask.Replicate task) {
    try {
      callback.heartbeat(task.taskToken());
    } catch (ServiceUnavailableException e) {
      LOG.atWarn().addKeyValue("runId", task.runId()).setCause(e).log("heartbeat.failed");
    }
  }

  private void tell(ActiveTask active, Runnable call) {
    while (true) {
      active.stop().check();
      try {
        call.run();
        return;
      } catch (ServiceUnavailableException e) {
        LOG.atWarn().addKeyValue("runId", active.task().runId()).setCause(e).log("result.untold");
        observer.troubled(
            active.progress().server(), "the result cannot be told: " + e.getMessage());
        active.stop().pause(TELL_AGAIN);
      }
    }
  }
}
