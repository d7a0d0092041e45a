package dev.drover.connector.agent;

import dev.drover.connector.host.Host;
import dev.drover.connector.pulse.Pulse;
import dev.drover.connector.report.Reporter;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.SourceException;
import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.stop.StopSignal;
import dev.drover.connector.task.FailureCode;
import dev.drover.connector.task.HeldCaptures;
import dev.drover.connector.task.RunProgress;
import dev.drover.connector.task.ServerReplication;
import dev.drover.connector.task.TaskJournal;
import dev.drover.protocol.message.ConnectorTask;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The connector's life: it registers, listens to its queue, gives tasks slots, sends heartbeats and
 * reports, and stops when asked, keeping what it was doing for the next start.
 *
 * <p>Its loops are the agent's edge: whatever one round throws is logged, and the next round comes.
 */
public final class Agent {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

  /** The longest that SQS lets a receiver wait. */
  private static final Duration LONG_POLL = Duration.ofSeconds(20);

  /** After a failed poll, so that a broken network is not hammered. */
  private static final Duration POLL_AGAIN = Duration.ofSeconds(5);

  /** How often what runs is looked at within the time after which it is given up. */
  private static final int WATCHES_A_LIMIT = 20;

  private static final Duration MIN_PAUSE = Duration.ofMillis(20);

  /** How long a loop's last round is waited for; a long poll is not worth more. */
  private static final Duration LAST_ROUND = Duration.ofMillis(500);

  /** How long the farewell is waited for; unheard, the connector counts as gone minutes later. */
  private static final Duration FAREWELL = Duration.ofSeconds(3);

  private static final String ENDS =
      "the connector ends when its other tasks have, and has to be started again.";

  private final AgentSettings settings;
  private final Services services;
  private final TaskBoard board;
  private final TaskRunner runner;
  private final Releases releases;
  private final Heartbeats heartbeats;
  private final Watch watch = new Watch();
  private final EarlyCaptures early;
  private final Pulse listing;
  private final MessageIntake intake;
  private final SourceProblems problems = new SourceProblems();
  private final StopSignal stop;
  private final AtomicBoolean registered = new AtomicBoolean();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicReference<@Nullable Error> fatal = new AtomicReference<>();
  private final AtomicReference<@Nullable String> trouble = new AtomicReference<>();

  /** What the agent works with. */
  public record Services(
      TaskQueue queue,
      TaskCallback callback,
      ServerSource source,
      Reporter reporter,
      RunObserver observer,
      InstantSource clock,
      Host host) {}

  /** An agent that does nothing before {@link #run}. */
  public Agent(
      AgentSettings settings,
      Services services,
      ServerReplication replication,
      TaskJournal journal,
      HeldCaptures held) {
    this.settings = settings;
    this.services = services;
    this.stop = new StopSignal(services.host());
    this.board = new TaskBoard(journal, services.host(), settings.limits());
    this.releases = new Releases(services.source(), held, board, services.clock(), services.host());
    this.runner =
        new TaskRunner(
            replication,
            journal,
            services.callback(),
            services.reporter(),
            services.observer(),
            releases,
            services.clock(),
            services.host());
    this.early =
        new EarlyCaptures(
            replication,
            journal,
            board,
            services.callback(),
            releases,
            settings.limits(),
            services.host(),
            watch);
    this.listing = new Pulse(services.host(), settings.limits(), stop);
    this.heartbeats = new Heartbeats(board, services.callback(), stop);
    this.intake =
        new MessageIntake(
            settings.environment(),
            services.queue(),
            services.callback(),
            board,
            this::reportInventory,
            releases,
            early,
            services.clock());
  }

  /**
   * Works until it is asked to stop; then every slot has let go of its task.
   *
   * @return how many tasks failed
   * @throws UnhealthyException when too much hung; what waits stays in the journal, too
   * @throws Error when a task met one; the task stays in the journal
   */
  public int run() throws IOException {
    int restored = board.restore();
    LOG.atInfo().addKeyValue("restoredTasks", restored).log("agent.started");
    List<CompletableFuture<?>> slots = new ArrayList<>();
    for (int slot = 0; slot < settings.slots(); slot++) {
      slots.add(start("slot-" + slot, this::takeTasks));
    }
    CompletableFuture<?> status = start("status", this::reportStatuses);
    List<CompletableFuture<?>> loops =
        List.of(
            start("queue", this::listen),
            start("heartbeats", this::sendHeartbeats),
            start(
                "watch",
                () -> watch(CompletableFuture.allOf(slots.toArray(CompletableFuture[]::new)))),
            start("releases", () -> repeat(Releases.ROUND, releases::round)),
            start("inventory", () -> repeat(settings.inventoryInterval(), this::reportInventory)));
    board.waiting().forEach(early::add);
    slots.forEach(CompletableFuture::join);
    stop();
    services.host().await(status, FAREWELL);
    loops.forEach(loop -> services.host().await(loop, LAST_ROUND));
    Error error = fatal.get();
    if (error != null) {
      throw error;
    }
    LOG.atInfo().log("agent.stopped");
    String reason = trouble.get();
    if (reason != null) {
      throw new UnhealthyException(reason);
    }
    return failures.get();
  }

  /** Asks it to stop; segments that are being sent are finished. */
  public void stop() {
    stop.stop();
    board.close();
  }

  /**
   * Out of memory, or a broken class path: the process ends, whoever watches it starts it again,
   * and the journal has the task.
   */
  private void live(Runnable loop) {
    try {
      loop.run();
    } catch (Error e) {
      fatal.set(e);
      stop();
    }
  }

  private void takeTasks() {
    while (true) {
      Optional<ActiveTask> next = board.take();
      if (next.isEmpty()) {
        return;
      }
      guarded("slot", () -> work(next.get()));
      if (settings.once()) {
        stop();
      }
    }
  }

  private void work(ActiveTask task) throws IOException {
    RunProgress progress = task.progress();
    services.observer().started(progress);
    TaskOutcome outcome = new TaskOutcome.Interrupted();
    try {
      outcome = runner.run(task);
    } finally {
      TaskOutcome end = outcome;
      task.stoppedReading();
      services.observer().ended(progress, end);
      guarded("release", () -> releases.ended(task.task(), end));
      LOG.atInfo()
          .addKeyValue("runId", task.task().runId())
          .addKeyValue("outcome", outcome.getClass().getSimpleName())
          .log("task.ended");
      switch (outcome) {
        case TaskOutcome.Succeeded succeeded -> board.end(task);
        case TaskOutcome.Failed failed -> {
          failures.incrementAndGet();
          board.end(task);
        }
        case TaskOutcome.Abandoned abandoned -> board.putBack(task);
        case TaskOutcome.Interrupted interrupted -> {
          // Not asked to stop, so something failed that no outcome names: later, not at once.
          stop.await(POLL_AGAIN);
          board.putBack(task);
        }
      }
    }
  }

  private void listen() {
    while (!stop.isStopped() && trouble.get() == null) {
      boolean heard =
          guarded(
              "queue",
              () -> {
                for (TaskQueue.Message message : services.queue().receive(LONG_POLL)) {
                  guarded("message", () -> intake.handle(message));
                }
              });
      if (!heard) {
        stop.await(POLL_AGAIN);
      }
    }
  }

  private void sendHeartbeats() {
    while (true) {
      Duration taken = heartbeats.round();
      if (stop.await(longer(settings.heartbeatInterval().minus(taken), MIN_PAUSE))) {
        return;
      }
    }
  }

  private Duration watchInterval() {
    Duration read = settings.limits().read().dividedBy(WATCHES_A_LIMIT);
    return longer(read, MIN_PAUSE);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** Also while it stops: a slot whose task hangs would never end. */
  private void watch(CompletableFuture<?> slots) {
    do {
      guarded("watch", this::lookForHangs);
    } while (!services.host().await(slots, watchInterval()));
  }

  private void lookForHangs() {
    int before = watch.abandoned();
    watch.look(board.active(), trouble.get() != null);
    early.look();
    if (stop.isStopped()) {
      return;
    }
    int abandoned = watch.abandoned();
    // The queue may wait behind it, and nothing new can be seen.
    listing
        .overdue()
        .ifPresent(hang -> drain(hang.text() + ": see that its storage answers; " + ENDS));
    if (abandoned > settings.maxAbandoned()) {
      drain(
          "Connector gave up "
              + abandoned
              + " reads or puts that do not come back and takes no new tasks: see that the storage"
              + " and the network answer; "
              + ENDS);
    } else if (abandoned != before) {
      reportStatus();
    }
  }

  /** It begins nothing any more, and says so; what waits goes to others. */
  private void drain(String reason) {
    if (!trouble.compareAndSet(null, reason)) {
      return;
    }
    LOG.atError().addKeyValue("reason", reason).log("agent.unhealthy");
    services.observer().troubled("connector", reason);
    guarded("status", this::reportStatus);
    for (ConnectorTask.Replicate task : board.drain()) {
      guarded("task", () -> giveBack(task, reason));
    }
  }

  private void giveBack(ConnectorTask.Replicate task, String reason) throws IOException {
    try {
      services.callback().fail(task.taskToken(), FailureCode.RETRY.error(), reason);
    } catch (TokenRefusedException e) {
      LOG.atDebug().addKeyValue("runId", task.runId()).setCause(e).log("task.refused");
    }
    board.drop(task);
  }

  private void reportStatuses() {
    repeat(settings.statusInterval(), this::reportStatus);
    guarded("farewell", () -> services.reporter().farewell(trouble.get()));
  }

  private void reportStatus() {
    if (!registered.get()) {
      register();
    }
    TaskBoard.Load load = board.load();
    services
        .reporter()
        .status(settings.slots(), load.active(), load.waiting(), watch.abandoned(), trouble.get());
    for (ActiveTask task : board.active()) {
      task.progress()
          .view()
          .ifPresent(v -> services.reporter().progress(v.run(), v.generation(), v.disks()));
    }
  }

  private void register() {
    services
        .reporter()
        .registration(settings.connectorVersion(), services.source(), settings.address());
    registered.set(true);
  }

  /** And who lists it: S3 may lose the news of a registration, and who is unknown gets no work. */
  private void reportInventory() {
    register();
    SourceInventory inventory = list();
    problems.note(inventory.problems());
    problems.warn(inventory.warnings());
    services.reporter().inventory(inventory);
  }

  private SourceInventory list() {
    try (Pulse.Step _ = listing.read(() -> "Listing the servers of the source")) {
      SourceInventory inventory = seen();
      List<String> all = new ArrayList<>(inventory.problems());
      all.addAll(releases.problems());
      return new SourceInventory(inventory.servers(), all, inventory.warnings());
    }
  }

  /** Servers that cannot be listed stay in the catalog, and the cloud is told why. */
  private SourceInventory seen() {
    try {
      return services.source().inventory();
    } catch (SourceException e) {
      String problem = "The servers cannot be listed: " + e.getMessage();
      services.observer().troubled("inventory", problem);
      return new SourceInventory(List.of(), List.of(problem));
    }
  }

  private void repeat(Duration interval, Action action) {
    do {
      guarded(Thread.currentThread().getName(), action);
    } while (!stop.await(interval));
  }

  /** One round of a loop. */
  private interface Action {
    void run() throws IOException;
  }

  /** Returns whether the round went well. */
  private boolean guarded(String what, Action action) {
    try {
      action.run();
      return true;
    } catch (IOException | RuntimeException e) {
      // What fails while the connector stops fails because it stops.
      Level level = stop.isStopped() ? Level.DEBUG : Level.ERROR;
      LOG.atLevel(level).addKeyValue("loop", what).setCause(e).log("round.failed");
      if (!stop.isStopped()) {
        services.observer().troubled(what, String.valueOf(e.getMessage()));
      }
      return false;
    }
  }

  /** Begins a loop; what it gives is there when the loop has ended. */
  private CompletableFuture<?> start(String name, Runnable loop) {
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    Runnable body =
        () -> {
          try {
            live(loop);
          } finally {
            end.complete(true);
          }
        };
    services.host().thread(name, body).start();
    return end;
  }
}
