package dev.drover.functions;

import dev.drover.functions.account.InMemoryExecutions;
import dev.drover.functions.account.InMemorySchedule;
import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.job.JobCreation;
import dev.drover.functions.job.JobEnd;
import dev.drover.functions.job.OnDemandRuns;
import dev.drover.functions.job.RunStarter;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.InMemoryDynamoDb;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.NewIds;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.Table;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.ReportOrigin;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A table, a clock and the ports that control uses, all in memory, with a server in it. */
public final class World implements InstantSource {
  /** The only environment. */
  public static final EnvironmentName SITE = new EnvironmentName("site");

  /** The only connector, until a test adds another. */
  public static final ConnectorId CONNECTOR = ConnectorId.declared(SITE, "site-1");

  /** The only server, until a test adds another. */
  public static final ServerId SERVER = new ServerId("s-0a0b0c0d");

  /** When every test begins. */
  public static final Instant START = Instant.parse("2026-11-23T14:00:00.250Z");

  private static final long SEED = 20_261_123;

  private Instant now = START;
  private long sequence;
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();

  /** The table's store. */
  public final InMemoryDynamoDb dynamoDb = new InMemoryDynamoDb();

  /** The table. */
  public final Table table = dynamoDb.table();

  /** Schedules that stand. */
  public final InMemorySchedule schedule = new InMemorySchedule();

  /** Executions that were started. */
  public final InMemoryExecutions executions = new InMemoryExecutions();

  /** What writes to {@link #log()}. */
  public final EventLog eventLog =
      new EventLog(new PrintStream(logged, true, StandardCharsets.UTF_8));

  /** Seeded, so that a failing test fails again. */
  public final NewIds ids = new NewIds(new Random(SEED));

  /** Ends jobs. */
  public final JobEnd jobEnd = new JobEnd(table, schedule, eventLog);

  /** Starts runs. */
  public final RunStarter starter =
      new RunStarter(
          table,
          ids,
          executions,
          schedule,
          new RunSchedule.Waking("arn:aws:lambda:::function:StartRun:live", "arn:aws:iam:::role/s"),
          this,
          eventLog);

  /** Creates jobs. */
  public final JobCreation creation = new JobCreation(table, ids, starter, this, eventLog);

  /** Starts runs on demand. */
  public final OnDemandRuns onDemand = new OnDemandRuns(table, ids, starter, this, eventLog);

  /** A world with one healthy connector and one server. */
  public static World withServer() {
    World world = new World();
    world.register(CONNECTOR);
    world.add(SERVER, "web");
    return world;
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** Lets time pass; schedules fire, but what they wake is the test's to call. */
  public void pass(Duration duration) {
    now = now.plus(duration);
    schedule.fireUntil(now);
  }

  /** Everything that was logged. */
  public String log() {
    return logged.toString(StandardCharsets.UTF_8);
  }

  /** The origin of the connector's next report. */
  public ReportOrigin origin(ConnectorId connectorId) {
    return new ReportOrigin(SITE, connectorId, ++sequence, now);
  }

  /** A connector starts. */
  public void register(ConnectorId connectorId) {
    Report.Registration registration =
        new Report.Registration(
            1, origin(connectorId), List.of(1), "0.1.0", "folder", "10.0.0.5", null, List.of());
    table.update(Connector.register(registration, now));
    table.update(Connector.see(registration.origin(), now));
  }

  /** A connector says that it lives. */
  public void see(ConnectorId connectorId) {
    table.update(Connector.see(origin(connectorId), now));
  }

  /** A server is in the catalog. */
  public void add(ServerId serverId, String vmId) {
    Report.InventoryServer machine =
        new Report.InventoryServer(
            vmId,
            vmId,
            null,
            "Debian 13",
            Firmware.UEFI,
            2,
            2048L,
            List.of(new Report.InventoryDisk(DiskId.of(vmId, "root.img"), "root.img", 1L << 30)));
    Server server =
        new Server(serverId, SITE, machine, "folder", Set.of(CONNECTOR), null, false, now);
    table.put(server.toItem());
    table.put(server.referenceItem());
  }

  /** A job of the server whose first run starts after that time, hourly. */
  public Job hourlyJob(Duration startsAfter) {
    return job(now.plus(startsAfter), 1, false);
  }

  /** A job of the server whose only run starts after that time. */
  public Job oneTimeJob(Duration startsAfter) {
    return job(now.plus(startsAfter), null, true);
  }

  private Job job(Instant seedTime, @Nullable Integer frequencyHours, boolean runOnce) {
    JobCreation.Wish wish =
        new JobCreation.Wish(
            SERVER,
            seedTime,
            frequencyHours,
            runOnce,
            new Job.Settings(null, null, "nightly", null, false, null),
            null);
    if (creation.create(wish) instanceof JobCreation.Outcome.Created created) {
      return job(created.jobId());
    }
    throw new AssertionError("the job was not created");
  }

  /** A job as it is now. */
  public Job job(JobId id) {
    return Job.find(table, id).orElseThrow();
  }

  /** A run as it is now. */
  public Run run(RunReference reference) {
    return Run.find(table, reference.jobId(), reference.runId()).orElseThrow();
  }

  /** A job's runs, oldest first. */
  public List<Run> runs(JobId id) {
    return Run.list(table, id)
        .sorted((a, b) -> a.scheduledStartTime().compareTo(b.scheduledStartTime()))
        .toList();
  }

  /** The run that a job is at. */
  public RunReference active(JobId id) {
    RunId runId = job(id).history().activeRunId();
    if (runId == null) {
      throw new AssertionError("job " + id + " has no active run");
    }
    return new RunReference(id, runId);
  }

  /** The active run begins, as BeginRun has it. */
  public RunReference begin(JobId id) {
    RunReference run = active(id);
    table.transact(
        List.of(
            table.updateInTransaction(Run.begin(id, run.runId(), now)),
            table.updateInTransaction(Job.begin(id, run.runId(), now))));
    return run;
  }

  /** The active run makes an AMI, as PublishImage has it. */
  public RunReference publish(JobId id, String amiId) {
    RunReference run = begin(id);
    boolean published =
        table.transact(
            List.of(
                table.updateInTransaction(Run.publish(id, run.runId(), amiId, now)),
                table.updateInTransaction(Job.publish(id, run.runId(), amiId))));
    if (!published) {
      throw new AssertionError("the run was not published");
    }
    return run;
  }
}
