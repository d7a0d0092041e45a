package dev.drover.functions.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.ConnectorQueues;
import dev.drover.functions.account.Executions;
import dev.drover.functions.account.ImageImports;
import dev.drover.functions.account.Images;
import dev.drover.functions.account.InMemoryEbs;
import dev.drover.functions.account.InMemoryExecutions;
import dev.drover.functions.account.InMemoryImageImports;
import dev.drover.functions.account.InMemoryImages;
import dev.drover.functions.account.InMemoryInstances;
import dev.drover.functions.account.InMemoryObjects;
import dev.drover.functions.account.InMemoryQueues;
import dev.drover.functions.account.InMemoryVolumes;
import dev.drover.functions.account.Listing;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.image.ImageName;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.run.RunLeftovers;
import dev.drover.functions.run.SiteCleanUp;
import dev.drover.functions.run.StraySnapshots;
import dev.drover.functions.run.UnusedSnapshots;
import dev.drover.functions.staging.StagedObjects;
import dev.drover.functions.state.InMemoryDynamoDb;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.SnapshotId;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The sweep of an account with as much in it as Drover is made for, within what its function has.
 * Time is counted, not measured: each call takes what AWS takes for it, and all of them come one
 * after the other, though the sweep makes eight at once.
 */
final class LargeAccountTest {
  private static final int JOBS = 5_000;
  private static final int RUNS_OF_A_JOB = 2;
  private static final int DISKS_OF_A_RUN = 2;

  /** In an hour: 100 snapshots may be pending, and a run has one for some minutes at least. */
  private static final int RUNS_THAT_ENDED = 1_200;

  private static final int LEFT = 100;

  /** As infra-cdk has it. */
  private static final Duration TIMEOUT = Duration.ofMinutes(15);

  private static final Duration RESERVE = Duration.ofMinutes(1);

  /** Of a table in the same Region, of EC2, of the others. */
  private static final Duration TABLE_CALL = Duration.ofMillis(5);

  private static final Duration EC2_CALL = Duration.ofMillis(100);
  private static final Duration CALL = Duration.ofMillis(30);

  private static final Instant START = Instant.parse("2026-11-23T14:00:00Z");
  private static final EnvironmentName SITE = new EnvironmentName("site");

  private final AtomicLong nanos = new AtomicLong();
  private final InstantSource clock = () -> START.plusNanos(nanos.get());
  private final Map<String, AtomicLong> calls = new ConcurrentSkipListMap<>();
  private final InMemoryDynamoDb table = new InMemoryDynamoDb();
  private final State filling = table.state(1);
  private final KeptSnapshots snapshots = new KeptSnapshots();
  private final KeptImages images = new KeptImages();
  private final InMemoryObjects objects =
      new InMemoryObjects(() -> START.minus(Duration.ofDays(1)));
  private final KeptSchedules schedules = new KeptSchedules();
  private final InMemoryExecutions executions = new InMemoryExecutions();
  private final EventLog log =
      new EventLog(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));

  @Test
  void sweep_ofALargeAccount_comesRoundWithinACallAndFindsWhatIsLeft() {
    long wanted = fill();
    LeftoverSweep sweep = sweep();
    long itemsBefore = table.itemsRead();

    Duration took = timed(sweep);

    System.out.printf(
        "the sweep of %d jobs, %d AMIs, %d snapshots and %d runs that ended takes %d s at most: %d"
            + " items, calls %s%n",
        JOBS,
        images.all.size(),
        wanted,
        RUNS_THAT_ENDED,
        took.toSeconds(),
        table.itemsRead() - itemsBefore,
        calls);
    assertThat(snapshots.all).hasSize(Math.toIntExact(wanted));
    assertThat(schedules.all).hasSize(JOBS);
    assertThat(objects.listAfter(ObjectKeys.STAGING, "", 10)).isEmpty();
    assertThat(filling.sweep().due(clock)).as("the round was ended").isEmpty();
    assertThat(took).isLessThan(TIMEOUT.minus(RESERVE));
  }

  /** Four minutes are too few: each call goes on behind the one before. */
  @Test
  void sweep_withTooLittleTime_comesRoundInSeveralCalls() {
    long wanted = fill();
    LeftoverSweep sweep = sweep();
    int rounds = 0;
    do {
      Instant end = clock.instant().plus(Duration.ofMinutes(4));
      sweep.sweepIfDue(end);
      nanos.addAndGet(Duration.ofMinutes(5).toNanos());
      rounds++;
    } while (snapshots.all.size() > wanted && rounds < 10);

    assertThat(rounds).isBetween(2, 4);
  }

  private Duration timed(LeftoverSweep sweep) {
    Instant begun = clock.instant();
    sweep.sweep(begun.plus(TIMEOUT).minus(RESERVE));
    return Duration.between(begun, clock.instant());
  }

  private LeftoverSweep sweep() {
    State state =
        new State(timed(DynamoDbClient.class, table, TABLE_CALL), "drover", new Random(1));
    Snapshots ebs = timed(Snapshots.class, snapshots, EC2_CALL);
    Images amis = timed(Images.class, images, EC2_CALL);
    InMemoryEbs none = new InMemoryEbs(clock);
    ImageImports imports = new InMemoryImageImports(none, new InMemoryImages(none));
    ObjectStore bucket = timed(ObjectStore.class, objects, CALL);
    ConnectorQueues queues = new ConnectorQueues(new InMemoryQueues(), "tasks-");
    RunLeftovers cleanUp =
        new RunLeftovers(
            state,
            new SiteCleanUp(state, queues, clock, log),
            new UnusedSnapshots(state, ebs, amis, imports, bucket, log),
            new StagedObjects(bucket));
    List<Station> stations = new ArrayList<>();
    stations.add(new EndedRuns(state, new StraySnapshots(state, ebs, bucket, log), cleanUp, clock));
    stations.add(new EndedBases(state, bucket, log));
    stations.addAll(
        Audit.of(
                state,
                timed(Executions.class, executions, CALL),
                timed(RunSchedule.class, schedules, CALL),
                amis,
                imports,
                ebs,
                new InMemoryInstances(),
                _ -> Map.of(),
                new InMemoryVolumes(),
                bucket,
                clock,
                log)
            .stations());
    return new LeftoverSweep(state, stations, clock, log);
  }

  private <T> T timed(Class<T> port, T real, Duration latency) {
    AtomicLong counter = calls.computeIfAbsent(port.getSimpleName(), _ -> new AtomicLong());
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              counter.incrementAndGet();
              nanos.addAndGet(latency.toNanos());
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  /** Jobs with all that they need, and what is left; how many snapshots are needed. */
  private long fill() {
    for (int job = 0; job < JOBS; job++) {
      fill(job);
    }
    long wanted = snapshots.all.size();
    for (int left = 0; left < LEFT; left++) {
      leave(left);
    }
    return wanted;
  }

  /** A job with its schedule, and runs that made AMIs. */
  private void fill(int number) {
    JobId id = job(number);
    Instant next = START.plus(Duration.ofHours(12));
    RunId nextRun = run(number, RUNS_OF_A_JOB);
    Job job =
        new Job(
            id,
            new ServerId("s-%08x".formatted(number)),
            SITE,
            Job.State.ACTIVE,
            null,
            new Job.Schedule(START, 24, false, new Job.NextRun(nextRun, next)),
            new Job.Settings(null, null, null, 0, false, null),
            new Job.History(
                START, new Job.Lifetime(START, null, null), null, null, null, 0, null, null, null));
    assertThat(filling.transaction().with(filling.jobs().add(job)).commit()).isTrue();
    schedules.add(id, nextRun);
    for (int run = 0; run < RUNS_OF_A_JOB; run++) {
      publish(job, number, run);
    }
  }

  private void publish(Job job, int number, int ofJob) {
    RunReference run = begun(job, run(number, ofJob));
    Set<SnapshotId> ofRun = new HashSet<>();
    for (int disk = 0; disk < DISKS_OF_A_RUN; disk++) {
      SnapshotId snapshot = snapshots.start(run);
      DiskId diskId = DiskId.of("vm-" + number, "disk-" + disk);
      filling
          .transaction()
          .with(filling.disks().put(disk(run.runId(), diskId, disk, snapshot), null))
          .commit();
      objects.put(ObjectKeys.digestList(SITE, job.id(), diskId, snapshot), new byte[0]);
      ofRun.add(snapshot);
    }
    String ami = images.add(run, ofRun);
    assertThat(
            filling
                .transaction()
                .with(filling.runs().publish(run, ami, "Completed", START))
                .commit())
        .isTrue();
    if (ofJob == 0 && number < RUNS_THAT_ENDED) {
      filling.leftovers().expect(run);
    }
  }

  private RunReference begun(Job job, RunId id) {
    Run run = Run.pending(job, id, Run.Type.AUTOMATIC, START);
    assertThat(filling.transaction().with(filling.runs().add(run)).commit()).isTrue();
    assertThat(filling.transaction().with(filling.runs().begin(run.execution(), START)).commit())
        .isTrue();
    return run.reference();
  }

  /** A run that failed for good, of which no record is kept: a snapshot, a schedule, a segment. */
  private void leave(int number) {
    Job job = filling.jobs().find(job(number)).orElseThrow();
    RunReference run = begun(job, run(number, RUNS_OF_A_JOB + 1));
    Run seen = filling.runs().find(run).orElseThrow();
    filling.transaction().with(filling.runs().fail(seen, "Test", "stopped", null, START)).commit();
    snapshots.start(run);
    schedules.add(job.id(), run.runId());
    objects.put(
        ObjectKeys.stagingOfRun(SITE, job.id(), run.runId()) + "d-1/none/g-1/0000000", new byte[1]);
  }

  private static JobId job(int number) {
    return new JobId("sms-job-%08x".formatted(number));
  }

  private static RunId run(int number, int ofJob) {
    return new RunId("sms-run-%08x".formatted(number * 16 + ofJob));
  }

  private static RunDisk disk(RunId run, DiskId id, int number, SnapshotId snapshot) {
    return new RunDisk(
        run,
        id,
        1,
        1,
        Generation.of(START, "one"),
        null,
        "first copy",
        1L << 20,
        snapshot,
        START,
        RunDisk.State.COMPLETED,
        null,
        null,
        number == 0,
        number,
        "disk-" + number,
        false);
  }

  private static Map<String, String> tags(RunReference run) {
    return Map.of(
        Snapshots.TAG_JOB, run.jobId().value(),
        Snapshots.TAG_RUN, run.runId().value(),
        Snapshots.TAG_ATTEMPT, "1");
  }

  private static <T> Listing<T> part(
      ConcurrentSkipListMap<String, T> all, @Nullable String next, int most) {
    List<Map.Entry<String, T>> part =
        all.tailMap(next == null ? "" : next, false).entrySet().stream().limit(most).toList();
    return new Listing<>(
        part.stream().map(Map.Entry::getValue).toList(),
        part.size() < most ? null : part.getLast().getKey());
  }

  private static final class KeptSnapshots implements Snapshots {
    final ConcurrentSkipListMap<String, Snapshots.Description> all = new ConcurrentSkipListMap<>();
    private final Map<String, List<SnapshotId>> byRun = new HashMap<>();

    SnapshotId start(RunReference run) {
      SnapshotId id = new SnapshotId("snap-%017x".formatted(all.size() + 1));
      Instant yesterday = START.minus(Duration.ofDays(1));
      all.put(
          id.value(),
          new Snapshots.Description(
              id, Snapshots.Status.COMPLETED, yesterday, 1, "", null, tags(run)));
      byRun.computeIfAbsent(run.runId().value(), _ -> new ArrayList<>()).add(id);
      return id;
    }

    @Override
    public List<Snapshots.Description> find(Collection<SnapshotId> ids) {
      return ids.stream().flatMap(id -> Optional.ofNullable(all.get(id.value())).stream()).toList();
    }

    @Override
    public List<SnapshotId> ofRun(RunId runId) {
      return byRun.getOrDefault(runId.value(), List.of());
    }

    @Override
    public Listing<Snapshots.Description> tagged(@Nullable String next) {
      return part(all, next, 200);
    }

    @Override
    public Deletion delete(SnapshotId id) {
      all.remove(id.value());
      return Deletion.GONE;
    }

    @Override
    public void tag(Collection<SnapshotId> ids, Map<String, String> tags) {
      throw new AssertionError("a sweep tags nothing");
    }
  }

  private static final class KeptImages implements Images {
    final ConcurrentSkipListMap<String, Images.Description> all = new ConcurrentSkipListMap<>();

    String add(RunReference run, Set<SnapshotId> snapshots) {
      String id = "ami-%017x".formatted(all.size() + 1);
      String name = ImageName.of(run.runId());
      List<Device> devices =
          snapshots.stream().map(snapshot -> new Device("/dev/sda1", snapshot, false)).toList();
      all.put(
          id,
          new Images.Description(id, name, START, Images.Status.AVAILABLE, "", devices, tags(run)));
      return id;
    }

    @Override
    public Registration register(Request request) {
      throw new AssertionError("a sweep registers nothing");
    }

    @Override
    public Optional<Images.Description> find(String amiId) {
      return Optional.ofNullable(all.get(amiId));
    }

    @Override
    public List<Images.Description> findAll(Collection<String> amiIds) {
      return amiIds.stream().distinct().flatMap(id -> find(id).stream()).toList();
    }

    @Override
    public Listing<Images.Description> tagged(@Nullable String next) {
      return part(all, next, 200);
    }

    @Override
    public Optional<Images.Description> findByName(String name) {
      return Optional.empty();
    }

    @Override
    public Optional<String> use(String amiId) {
      throw new AssertionError("a sweep asks for no use");
    }

    @Override
    public void tag(String amiId, Map<String, String> tags) {
      throw new AssertionError("a sweep tags nothing");
    }

    @Override
    public void deregister(String amiId) {
      all.remove(amiId);
    }
  }

  private static final class KeptSchedules implements RunSchedule {
    final ConcurrentSkipListMap<String, Standing> all = new ConcurrentSkipListMap<>();

    void add(JobId jobId, RunId runId) {
      String name = jobId + "." + runId;
      all.put(name, new Standing(name, START.minus(Duration.ofDays(1))));
    }

    @Override
    public void put(JobId jobId, RunId runId, Instant time, Waking waking) {
      throw new AssertionError("a sweep puts no schedule");
    }

    @Override
    public void delete(JobId jobId, RunId runId) {
      all.remove(jobId + "." + runId);
    }

    @Override
    public Listing<Standing> standing(@Nullable String next) {
      return part(all, next, 100);
    }
  }
}
