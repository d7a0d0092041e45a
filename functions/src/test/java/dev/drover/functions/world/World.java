package dev.drover.functions.world;

import dev.drover.functions.account.ConnectorQueues;
import dev.drover.functions.account.InMemoryCommands;
import dev.drover.functions.account.InMemoryCustomerObjects;
import dev.drover.functions.account.InMemoryDiscovery;
import dev.drover.functions.account.InMemoryEbs;
import dev.drover.functions.account.InMemoryEvents;
import dev.drover.functions.account.InMemoryExecutions;
import dev.drover.functions.account.InMemoryImageImports;
import dev.drover.functions.account.InMemoryImages;
import dev.drover.functions.account.InMemoryInstances;
import dev.drover.functions.account.InMemoryObjects;
import dev.drover.functions.account.InMemoryQueues;
import dev.drover.functions.account.InMemorySchedule;
import dev.drover.functions.account.InMemoryStacks;
import dev.drover.functions.account.InMemoryTaskTokens;
import dev.drover.functions.account.InMemoryVolumes;
import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.account.SegmentQueues;
import dev.drover.functions.admission.AdmissionControl;
import dev.drover.functions.app.AppRemoval;
import dev.drover.functions.app.AppReplication;
import dev.drover.functions.job.EndWarning;
import dev.drover.functions.job.JobCreation;
import dev.drover.functions.job.JobEnd;
import dev.drover.functions.job.JobExtension;
import dev.drover.functions.job.KeptSnapshots;
import dev.drover.functions.job.OnDemandRuns;
import dev.drover.functions.job.RunStarter;
import dev.drover.functions.launch.AppCommands;
import dev.drover.functions.launch.AppLaunch;
import dev.drover.functions.launch.AppTemplates;
import dev.drover.functions.launch.AppTestLaunch;
import dev.drover.functions.launch.AppValidation;
import dev.drover.functions.launch.AutoLaunch;
import dev.drover.functions.launch.LaunchSteps;
import dev.drover.functions.launch.TestLaunchSteps;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.reconcile.Audit;
import dev.drover.functions.run.RunWake;
import dev.drover.functions.run.SiteCleanUp;
import dev.drover.functions.run.StraySnapshots;
import dev.drover.functions.state.InMemoryDynamoDb;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Jobs;
import dev.drover.functions.state.RawItems;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.functions.story.RunStory;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.Generation;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * An account in memory: the clock, the table and what stands behind every port, with what looks
 * after jobs put together as the handlers do it. The other features have their functions beside
 * their tests. A {@link ScriptedConnector} sends what a test wants.
 */
public final class World implements InstantSource {
  /** The only environment. */
  public static final EnvironmentName SITE = new EnvironmentName("site");

  /** The only connector, until a test adds another. */
  public static final ConnectorId CONNECTOR = ConnectorId.declared(SITE, "site-1");

  /** The only server, until a test adds another. */
  public static final ServerId SERVER = new ServerId("s-0a0b0c0d");

  /** The machine that the server is. */
  public static final String VM_ID = "web";

  /** The bucket's name in events. */
  public static final String BUCKET = "drover-test";

  /** How the names of the connectors' queues begin. */
  public static final String TASK_QUEUES = "Drover-tasks-";

  /** Where guests find the API. */
  public static final String API_URL = "https://api.execute-api.us-east-1.amazonaws.com/prod/";

  /** When every test begins. */
  public static final Instant START = Instant.parse("2026-11-23T14:00:00.250Z");

  /** So many failures in a row pause a job. */
  public static final int MAX_FAILURES = 3;

  private static final long SEED = 20_261_123;

  private Instant now = START;
  private long sequence;
  private final Map<ConnectorId, Duration> clockSkews = new HashMap<>();
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();

  private final InMemoryDynamoDb dynamoDb = new InMemoryDynamoDb();

  /** The table; ids are seeded, so that a failing test fails again. */
  public final State state = dynamoDb.state(SEED);

  /** The table past its gateways. */
  public final RawItems raw = new RawItems(dynamoDb);

  public final InMemoryObjects objects = new InMemoryObjects(this);

  public final InMemoryCustomerObjects customerObjects = new InMemoryCustomerObjects();

  public final InMemoryEbs ebs = new InMemoryEbs(this);

  public final InMemoryImages images = new InMemoryImages(ebs);

  public final InMemoryImageImports imports = new InMemoryImageImports(ebs, images);

  public final InMemoryQueues queues = new InMemoryQueues();

  /** The segment queue's address. */
  public final String segmentQueueUrl = queues.create("segments-" + SITE);

  /** The queues of segments; another environment has none. */
  public final SegmentQueues segmentQueues = new SegmentQueues(queues, "segments-");

  /** The report queue's address. */
  public final String reportQueueUrl = queues.create("reports");

  /** The queues of the connectors that registered. */
  public final ConnectorQueues connectorQueues = new ConnectorQueues(queues, TASK_QUEUES);

  public final InMemorySchedule schedule = new InMemorySchedule();

  public final InMemoryExecutions executions = new InMemoryExecutions();

  public final InMemoryDiscovery discovery = new InMemoryDiscovery();

  public final InMemoryEvents events = new InMemoryEvents();

  public final InMemoryTaskTokens taskTokens = new InMemoryTaskTokens();

  /** What writes to {@link #log()}. */
  private final EventLog onlyLog =
      new EventLog(new PrintStream(logged, true, StandardCharsets.UTF_8));

  /** The same, and the runs' stories are made of it. */
  public final EventLog eventLog = onlyLog.heardBy(new RunStory(state.stories(), this, onlyLog));

  public final RunWake wake = new RunWake(state.segmentWaits(), taskTokens, this, eventLog);

  public final JobEnd jobEnd = new JobEnd(state, schedule, eventLog);

  public final StraySnapshots strays = new StraySnapshots(state, ebs, objects, eventLog);

  public final SiteCleanUp site = new SiteCleanUp(state, connectorQueues, this, eventLog);

  /** The line of runs, over EBS's quota of a new account. */
  public final AdmissionControl admission = new AdmissionControl(state, 100, this, eventLog);

  public final RunStarter starter =
      new RunStarter(
          state,
          executions,
          schedule,
          new RunSchedule.Waking("arn:aws:lambda:::function:StartRun:live", "arn:aws:iam:::role/s"),
          admission,
          new EndWarning(state, events, eventLog),
          this,
          eventLog);

  public final KeptSnapshots keptSnapshots = new KeptSnapshots(state, admission, ebs, eventLog);

  public final JobCreation creation = new JobCreation(state, starter, ebs, this, eventLog);

  public final AppReplication appReplication =
      new AppReplication(state, creation, starter, 0, this, eventLog);

  public final AppTemplates appTemplates =
      new AppTemplates(state, images, ebs, customerObjects, objects, API_URL, eventLog);

  public final InMemoryStacks stacks = new InMemoryStacks();

  public final InMemoryVolumes volumes = new InMemoryVolumes();

  /** Executions of launch-app. */
  public final InMemoryExecutions launches = new InMemoryExecutions();

  public final AppLaunch appLaunch = new AppLaunch(state, appTemplates, launches, eventLog);

  public final AutoLaunch autoLaunch = new AutoLaunch(state, launches, eventLog);

  public final AppValidation appValidation =
      new AppValidation(state, stacks::resources, this, eventLog);

  public final InMemoryInstances instances = new InMemoryInstances();

  public final InMemoryCommands commands = new InMemoryCommands();

  public final LaunchSteps launchSteps =
      new LaunchSteps(
          state,
          stacks,
          volumes,
          appTemplates,
          new AppRemoval(state, objects, eventLog),
          appValidation,
          new AppCommands(state, commands, instances, customerObjects, this, eventLog),
          this,
          eventLog);

  public final AppTestLaunch appTest =
      new AppTestLaunch(state, appTemplates, launches, this, eventLog);

  public final TestLaunchSteps testLaunchSteps =
      new TestLaunchSteps(state, stacks, stacks::resources, instances, this, eventLog);

  public final JobExtension extension = new JobExtension(state, starter, this, eventLog);

  public final Audit audit =
      Audit.of(
          state,
          executions,
          schedule,
          images,
          imports,
          ebs,
          instances,
          stacks::resources,
          volumes,
          objects,
          this,
          eventLog);

  public final OnDemandRuns onDemand = new OnDemandRuns(state, starter, 2, this, eventLog);

  /** A world with one healthy connector and one server. */
  public static World withServer() {
    World world = new World();
    world.register(CONNECTOR);
    world.add(SERVER, VM_ID);
    return world;
  }

  /** A world with one healthy connector and one server of these disks. */
  public static World withServer(List<TestDisk> disks) {
    World world = withServer();
    world.seeDisks(disks);
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

  /** The origin of the connector's next report, by the connector's clock. */
  public ReportOrigin origin(ConnectorId connectorId) {
    return new ReportOrigin(SITE, connectorId, ++sequence, siteTime(connectorId));
  }

  /** How many items all queries of the table read. */
  public long itemsRead() {
    return dynamoDb.itemsRead();
  }

  /** The table itself, for a double in front of it. */
  public DynamoDbClient table() {
    return dynamoDb;
  }

  /** The table's next updates have their effect, and nobody hears of it. */
  public void loseAnswers(int updates) {
    dynamoDb.loseAnswers(updates);
  }

  /** What the connector's clock shows. */
  public Instant siteTime(ConnectorId connectorId) {
    return now.plus(clockSkews.getOrDefault(connectorId, Duration.ZERO));
  }

  /** From now on the connector's clock is ahead by so much; negative: behind. */
  public void skewClock(ConnectorId connectorId, Duration ahead) {
    clockSkews.put(connectorId, ahead);
  }

  /** A connector starts; its queue is there. */
  public void register(ConnectorId connectorId) {
    queues.create(TASK_QUEUES + connectorId);
    Report.Registration registration =
        new Report.Registration(
            1, origin(connectorId), List.of(1), "0.1.0", "folder", "10.0.0.5", null, List.of());
    state.connectors().register(registration, now);
    state.connectors().see(registration, now);
  }

  /** A connector says that it lives, and that it is idle. */
  public void see(ConnectorId connectorId) {
    see(connectorId, 0, 0);
  }

  /** A connector of two slots says how many tasks it has. */
  public void see(ConnectorId connectorId, int activeTasks, int queuedTasks) {
    state
        .connectors()
        .see(new Report.Status(1, origin(connectorId), 2, activeTasks, queuedTasks), now);
  }

  /** A server is in the catalog. */
  public void add(ServerId serverId, String vmId) {
    List<Report.InventoryDisk> disks =
        List.of(new Report.InventoryDisk(DiskId.of(vmId, "root.img"), "root.img", 1L << 30));
    state.transaction().with(state.servers().add(server(serverId, vmId, disks))).commit();
  }

  /** The newest inventory says that the server runs that system; null: it does not say. */
  public void seeOs(@Nullable String os) {
    Server seen = state.servers().find(SERVER).orElseThrow();
    Report.InventoryServer machine = seen.machine();
    state
        .servers()
        .see(
            seen.seenAs(
                new Report.InventoryServer(
                    machine.vmId(),
                    machine.name(),
                    machine.vmPath(),
                    os,
                    machine.firmware(),
                    machine.cpus(),
                    machine.memoryMib(),
                    machine.disks()),
                "folder",
                CONNECTOR,
                now));
  }

  /** The newest inventory says that the server has these disks. */
  public void seeDisks(List<TestDisk> disks) {
    state.servers().see(server(SERVER, VM_ID, disks.stream().map(TestDisk::seen).toList()));
  }

  /** A VM of a vCenter, in an environment of its own, is in the catalog. */
  public void addVm(ServerId serverId, EnvironmentName vcenter, String moRef, String name) {
    Report.InventoryServer machine =
        new Report.InventoryServer(
            moRef + "_5029b0f2-4f3c-0d3e-9c0a-1d2f3a4b5c6d",
            name,
            null,
            "Debian 13",
            Firmware.UEFI,
            2,
            2048L,
            List.of());
    Server vm =
        new Server(
            serverId, vcenter, machine, "vsphere", Set.of(CONNECTOR), Set.of(), null, false, now);
    state.transaction().with(state.servers().add(vm)).commit();
  }

  private Server server(ServerId serverId, String vmId, List<Report.InventoryDisk> disks) {
    Report.InventoryServer machine =
        new Report.InventoryServer(vmId, vmId, null, "Debian 13", Firmware.UEFI, 2, 2048L, disks);
    return new Server(
        serverId, SITE, machine, "folder", Set.of(CONNECTOR), Set.of(), null, false, now);
  }

  /** A job of the server whose first run starts after that time, hourly. */
  public Job hourlyJob(Duration startsAfter) {
    return job(now.plus(startsAfter), 1, false);
  }

  /** A job of the server whose only run starts after that time. */
  public Job oneTimeJob(Duration startsAfter) {
    return job(now.plus(startsAfter), null, true);
  }

  /** A job of the server whose runs begin when a test says so, see {@link #beginNext}. */
  public Job job() {
    return hourlyJob(Duration.ofDays(1));
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
    return state.jobs().find(id).orElseThrow();
  }

  /** A run as it is now. */
  public Run run(RunReference reference) {
    return state.runs().find(reference).orElseThrow();
  }

  /** A job's runs, oldest first. */
  public List<Run> runs(JobId id) {
    return state.runs().list(id).sorted(Comparator.comparing(Run::scheduledStartTime)).toList();
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
    state
        .transaction()
        .with(state.runs().begin(run(run).execution(), now))
        .with(state.jobs().begin(run, now))
        .commit();
    return run;
  }

  /** The job's next run begins, whether or not it is time and the one before has ended. */
  public RunReference beginNext(JobId id) {
    Run run = Run.pending(job(id), state.ids().run(), Run.Type.AUTOMATIC, now);
    state.transaction().with(state.runs().add(run)).commit();
    raw.set("JOB", id.value(), "activeRunId", run.id().value());
    return begin(id);
  }

  /** A disk of a run as it is now. */
  public RunDisk runDisk(RunReference run, DiskId disk) {
    return state.disks().find(run.runId(), disk).orElseThrow();
  }

  /** The generation that is read next. */
  public Generation generation(String vmSnapshot) {
    return Generation.of(now, vmSnapshot);
  }

  /** The run makes no AMI. */
  public void fail(RunReference run) {
    state.transaction().with(state.runs().fail(run(run), "Test", "stopped", null, now)).commit();
  }

  /** The active run fails and is kept for the job's next start; as it was before. */
  public Run failAndKeep(JobId id) {
    Run run = run(begin(id));
    fail(run.reference(), Job.State.ACTIVE, now.plus(Duration.ofDays(4)));
    return run;
  }

  /**
   * The active run fails, and with it its job.
   *
   * @param to what the job becomes
   * @param keptUntil null: the run is not kept
   */
  public void fail(RunReference reference, Job.State to, @Nullable Instant keptUntil) {
    boolean failed =
        state
            .transaction()
            .with(state.runs().fail(run(reference), "Test", "stopped", keptUntil, now))
            .with(
                state
                    .jobs()
                    .fail(
                        job(reference.jobId()),
                        new Jobs.Failure(reference.runId(), to, "stopped", keptUntil != null, null),
                        now))
            .commit();
    if (!failed) {
      throw new AssertionError("the run did not fail");
    }
  }

  /** The active run makes an AMI, as PublishImage has it, of a VM snapshot that was taken now. */
  public RunReference publish(JobId id, String amiId) {
    RunReference run = begin(id);
    boolean published =
        state
            .transaction()
            .with(state.runs().publish(run, amiId, "Completed", now))
            .with(state.jobs().publish(run, amiId, Generation.of(now, "captured"), now))
            .commit();
    if (!published) {
      throw new AssertionError("the run was not published");
    }
    return run;
  }
}
