package dev.drover.local.simulation.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.agent.Agent;
import dev.drover.connector.agent.AgentSettings;
import dev.drover.connector.agent.RunObserver;
import dev.drover.connector.agent.ServiceUnavailableException;
import dev.drover.connector.agent.TaskCallback;
import dev.drover.connector.agent.TaskOutcome;
import dev.drover.connector.agent.TaskQueue;
import dev.drover.connector.host.Host;
import dev.drover.connector.index.IndexShelf;
import dev.drover.connector.pipeline.ExtentWorkers;
import dev.drover.connector.pulse.Limits;
import dev.drover.connector.report.HostAddress;
import dev.drover.connector.report.ReportSequence;
import dev.drover.connector.report.Reporter;
import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.state.DurableFile;
import dev.drover.connector.store.ObjectContent;
import dev.drover.connector.store.ObjectStore;
import dev.drover.connector.store.Patience;
import dev.drover.connector.task.HeldCaptures;
import dev.drover.connector.task.RunProgress;
import dev.drover.connector.task.ServerReplication;
import dev.drover.connector.task.TaskJournal;
import dev.drover.local.simulation.kernel.SimulatedProcess;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks that wait, over a pool of connections as an HTTP client has it, in virtual time. */
class HeartbeatsTest {
  private static final EnvironmentName SITE = new EnvironmentName("site");
  private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");

  /** The state machine's. */
  private static final Duration HEARTBEAT = Duration.ofMinutes(5);

  private final ScratchFolder folder;
  private final Path state;
  private final Simulation simulation = new Simulation(1, START, Trace.off());

  HeartbeatsTest() throws IOException {
    this.folder = new ScratchFolder();
    this.state = folder.path();
  }

  @AfterEach
  void remove() {
    folder.close();
  }

  @Test
  void run_fiveThousandTasksWait_eachKeepsItsHeartbeat() throws IOException {
    int tasks = 5_000;
    for (int i = 0; i < tasks; i++) {
      leaveWaiting(i);
    }
    Pool pool = new Pool();
    simulation.start("connector", () -> live(pool));
    simulation.runUntil(START.plus(Duration.ofMinutes(9)));
    assertThat(pool.refused).as("that got no connection in time").isZero();
    assertThat(pool.heard).hasSize(tasks);
    assertThat(pool.longest).isLessThan(HEARTBEAT.dividedBy(2));
  }

  @Test
  void run_stepFunctionsAreAwayForTwoMinutes_eachKeepsItsHeartbeat() throws IOException {
    int tasks = 1_000;
    for (int i = 0; i < tasks; i++) {
      leaveWaiting(i);
    }
    Pool pool = new Pool();
    pool.downFrom = START.plusSeconds(90);
    pool.downUntil = START.plusSeconds(210);
    simulation.start("connector", () -> live(pool));
    simulation.runUntil(START.plus(Duration.ofMinutes(9)));
    assertThat(pool.heard).hasSize(tasks);
    assertThat(pool.longest).isLessThan(HEARTBEAT);
  }

  /** In the journal, as a former process left it. */
  private void leaveWaiting(int number) throws IOException {
    RunId run = new RunId(String.format("sms-run-%08x", number));
    ConnectorTask task =
        new ConnectorTask.Replicate(
            MessageJson.VERSION,
            "message-" + number,
            "token-" + number,
            SITE,
            new JobId(String.format("sms-job-%08x", number)),
            run,
            1,
            1,
            new ServerId(String.format("s-%08x", number)),
            "vm" + number,
            START.plus(Duration.ofDays(7)),
            "plan",
            null,
            null);
    Path folder = Files.createDirectories(state.resolve("runs").resolve(run.value()));
    Files.write(folder.resolve("task.json"), MessageJson.write(task));
  }

  private void live(Pool pool) {
    Host host = new VirtualHost();
    Nothing nothing = new Nothing();
    try {
      Reporter reporter =
          new Reporter(
              SITE,
              ConnectorId.declared(SITE, "c"),
              new ReportSequence(new DurableFile(state.resolve("sequence")), simulation),
              simulation,
              "one",
              nothing);
      ServerReplication replication =
          new ServerReplication(
              nothing,
              nothing,
              new IndexShelf(state.resolve("index"), nothing),
              new ExtentWorkers(1, 1, 1 << 20, state.resolve("segments"), host),
              reporter,
              Patience.NONE,
              host::nanoTime);
      AgentSettings settings =
          new AgentSettings(
              SITE,
              "simulated",
              new HostAddress(null, null),
              1,
              Duration.ofHours(1),
              Duration.ofHours(1),
              Duration.ofSeconds(60),
              Limits.DEFAULT,
              0,
              false);
      Agent.Services services =
          new Agent.Services(nothing, pool, nothing, reporter, nothing, simulation, host);
      TaskJournal journal = new TaskJournal(state.resolve("runs"));
      HeldCaptures held = new HeldCaptures(state.resolve("held"));
      new Agent(settings, services, replication, journal, held).run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Step Functions behind 20 connections: a call has one for 100 ms, and waits 10 s for one. */
  private final class Pool implements TaskCallback {
    private final Map<String, Instant> heard = new HashMap<>();
    private final Queue<CompletableFuture<Boolean>> waiting = new ArrayDeque<>();
    private int free = 20;
    private int refused;
    private Duration longest = Duration.ZERO;
    private Instant downFrom = Instant.MAX;
    private Instant downUntil = Instant.MAX;

    @Override
    public void heartbeat(String token) {
      connect();
      simulation.sleep(Duration.ofMillis(100));
      release();
      Instant now = simulation.instant();
      if (!now.isBefore(downFrom) && now.isBefore(downUntil)) {
        throw new ServiceUnavailableException("Step Functions are away", new IOException());
      }
      Duration since = Duration.between(heard.getOrDefault(token, START), now);
      longest = since.compareTo(longest) > 0 ? since : longest;
      heard.put(token, now);
    }

    private void connect() {
      if (free > 0) {
        free--;
        return;
      }
      CompletableFuture<Boolean> turn = new CompletableFuture<>();
      waiting.add(turn);
      if (!simulation.await(turn, Duration.ofSeconds(10)) && turn.complete(false)) {
        refused++;
        throw new ServiceUnavailableException("no connection in time", new IOException());
      }
    }

    private void release() {
      CompletableFuture<Boolean> next = waiting.poll();
      while (next != null && !next.complete(true)) {
        next = waiting.poll();
      }
      if (next == null) {
        free++;
      }
    }

    @Override
    public void succeed(String token, String outputJson) {}

    @Override
    public void fail(String token, String error, String cause) {}
  }

  /** Threads and time of the simulation. */
  private final class VirtualHost implements Host {
    private final SimulatedProcess process = simulation.start("threads", () -> {});

    @Override
    public Thread thread(String name, Runnable body) {
      return process.thread(name, body);
    }

    @Override
    public boolean await(CompletableFuture<?> event, Duration atMost) {
      return simulation.await(event, atMost);
    }

    @Override
    public long nanoTime() {
      return Duration.between(START, simulation.instant()).toNanos();
    }
  }

  /** No messages, no servers, and a plan that does not come: the only slot is never free. */
  private final class Nothing implements TaskQueue, ObjectStore, ServerSource, RunObserver {
    @Override
    public List<Message> receive(Duration atMost) {
      simulation.sleep(atMost);
      return List.of();
    }

    @Override
    public void delete(Message message) {}

    @Override
    public void put(String key, ObjectContent content) {}

    @Override
    public InputStream get(String key) {
      new CompletableFuture<>().join();
      return InputStream.nullInputStream();
    }

    @Override
    public String type() {
      return "none";
    }

    @Override
    public SourceInventory inventory() {
      return new SourceInventory(List.of(), List.of());
    }

    @Override
    public Capture capture(String vmId, RunId run, @Nullable CaptureName previous) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void started(RunProgress progress) {}

    @Override
    public void troubled(String what, String sentence) {}

    @Override
    public void ended(RunProgress progress, TaskOutcome outcome) {}
  }
}
