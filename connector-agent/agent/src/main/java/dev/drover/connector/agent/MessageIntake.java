package dev.drover.connector.agent;

import dev.drover.connector.task.FailureCode;
import dev.drover.connector.task.TaskFailure;
import dev.drover.connector.task.TaskJournal.Acceptance;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a message. A replicate task is deleted from the queue as soon as it stands in the
 * journal. Idempotency key: run and attempt; the same message twice is one task. A message that
 * cannot be read stays, and the queue's own rule moves it to the dead-letter queue.
 */
final class MessageIntake {
  private static final Logger LOG = LoggerFactory.getLogger(MessageIntake.class);

  private final EnvironmentName environment;
  private final TaskQueue queue;
  private final TaskCallback callback;
  private final TaskBoard board;
  private final Runnable takeInventory;
  private final Releases releases;
  private final EarlyCaptures early;
  private final InstantSource clock;

  MessageIntake(
      EnvironmentName environment,
      TaskQueue queue,
      TaskCallback callback,
      TaskBoard board,
      Runnable takeInventory,
      Releases releases,
      EarlyCaptures early,
      InstantSource clock) {
    this.environment = environment;
    this.queue = queue;
    this.callback = callback;
    this.board = board;
    this.takeInventory = takeInventory;
    this.releases = releases;
    this.early = early;
    this.clock = clock;
  }

  void handle(TaskQueue.Message message) throws IOException {
    Optional<ConnectorTask> task = read(message);
    if (task.isEmpty()) {
      return;
    }
    switch (task.get()) {
      case ConnectorTask.TakeInventory inventory -> handle(message, inventory);
      case ConnectorTask.CleanUp cleanUp -> handle(message, cleanUp);
      case ConnectorTask.Replicate replicate -> handle(message, replicate);
    }
  }

  private void handle(TaskQueue.Message message, ConnectorTask.TakeInventory inventory) {
    if (isOurs(message, inventory)) {
      takeInventory.run();
      queue.delete(message);
    }
  }

  private void handle(TaskQueue.Message message, ConnectorTask.CleanUp task) throws IOException {
    if (isOurs(message, task)) {
      releases.cleanUp(task);
      queue.delete(message);
    }
  }

  private boolean isOurs(TaskQueue.Message message, ConnectorTask task) {
    if (task.environment().equals(environment)) {
      return true;
    }
    LOG.atError()
        .addKeyValue("messageId", message.id())
        .addKeyValue("environment", task.environment())
        .log("message.wrongEnvironment");
    return false;
  }

  private void handle(TaskQueue.Message message, ConnectorTask.Replicate task) throws IOException {
    if (!task.environment().equals(environment)) {
      refuse(message, task, Refusal.wrongEnvironment(task, environment));
    } else if (clock.instant().isAfter(task.deadline())) {
      refuse(message, task, Refusal.deadlinePassed(task));
    } else {
      Acceptance acceptance = board.accept(task);
      LOG.atInfo()
          .addKeyValue("runId", task.runId())
          .addKeyValue("attempt", task.attempt())
          .addKeyValue("acceptance", acceptance)
          .log("task.received");
      queue.delete(message);
      early.add(task);
    }
  }

  private void refuse(
      TaskQueue.Message message, ConnectorTask.Replicate task, TaskFailure failure) {
    FailureCode code = failure.code();
    LOG.atError()
        .addKeyValue("runId", task.runId())
        .addKeyValue("code", code.code())
        .log("task.notBegun");
    try {
      callback.fail(task.taskToken(), code.error(), failure.sentence());
    } catch (TokenRefusedException e) {
      LOG.atDebug().addKeyValue("runId", task.runId()).setCause(e).log("task.refused");
    }
    queue.delete(message);
  }

  private static Optional<ConnectorTask> read(TaskQueue.Message message) {
    try {
      return Optional.of(
          MessageJson.read("message " + message.id(), message.body(), ConnectorTask.class));
    } catch (InvalidMessageException | FormatException e) {
      LOG.atError().addKeyValue("messageId", message.id()).setCause(e).log("message.unreadable");
      return Optional.empty();
    }
  }
}
