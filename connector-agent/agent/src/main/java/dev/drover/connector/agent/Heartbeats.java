package dev.drover.connector.agent;

import dev.drover.connector.stop.StopSignal;
import dev.drover.protocol.message.ConnectorTask;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the state machine which tasks are still worked on or wait. A few threads take one after
 * another, so that thousands of tasks need no more connections than a few, and a slow answer for
 * one starves no other.
 */
final class Heartbeats {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);

  /** So many are told at once; as many connections are kept for them. */
  static final int AT_ONCE = 16;

  /**
   * Between two: 100 a second, a fifth of what Step Functions takes of an account, so that 5,000
   * tasks take 50 s of the 300 s that it waits.
   *
   * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html">Step
   *     Functions' quotas: SendTaskHeartbeat</a>
   */
  private static final Duration SPACING = Duration.ofMillis(10);

  /** What was not heard is told again in the same round, and then in the next. */
  private static final int TRIES = 3;

  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final TaskBoard board;
  private final TaskCallback callback;
  private final StopSignal stop;

  Heartbeats(TaskBoard board, TaskCallback callback, StopSignal stop) {
    this.board = board;
    this.callback = callback;
    this.stop = stop;
  }

  private record Beat(ConnectorTask.Replicate task, int tries) {}

  /** One for each task that is owed one; returns how long that was stretched to. */
  Duration round() {
    List<ConnectorTask.Replicate> owed = board.owed();
    Queue<Beat> due = new ConcurrentLinkedQueue<>();
    owed.forEach(task -> due.add(new Beat(task, 1)));
    List<CompletableFuture<?>> ends = new ArrayList<>();
    for (int sender = 0; sender < Math.min(AT_ONCE, owed.size()); sender++) {
      CompletableFuture<Boolean> end = new CompletableFuture<>();
      Thread.startVirtualThread(
          () -> {
            try {
              send(due);
            } finally {
              end.complete(true);
            }
          });
      ends.add(end);
    }
    CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).join();
    return SPACING.multipliedBy(owed.size());
  }

  private void send(Queue<Beat> due) {
    for (Beat beat = due.poll(); beat != null && !stop.isStopped(); beat = due.poll()) {
      if (!board.isOwed(beat.task())) {
        continue;
      }
      boolean heard = send(beat);
      if (!heard && beat.tries() < TRIES) {
        due.add(new Beat(beat.task(), beat.tries() + 1));
      }
      if (!due.isEmpty()) {
        stop.await(heard ? SPACING.multipliedBy(AT_ONCE) : AGAIN);
      }
    }
  }

  private boolean send(Beat beat) {
    ConnectorTask.Replicate task = beat.task();
    try {
      callback.heartbeat(task.taskToken());
      return true;
    } catch (TokenRefusedException e) {
      LOG.atWarn().addKeyValue("runId", task.runId()).setCause(e).log("task.refused");
      drop(task);
      return true;
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("runId", task.runId())
          .addKeyValue("try", beat.tries())
          .setCause(e)
          .log("heartbeat.failed");
      return false;
    }
  }

  private void drop(ConnectorTask.Replicate task) {
    try {
      board.drop(task);
    } catch (IOException | RuntimeException e) {
      LOG.atError().addKeyValue("runId", task.runId()).setCause(e).log("task.notForgotten");
    }
  }
}
