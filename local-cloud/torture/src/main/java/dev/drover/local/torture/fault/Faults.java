package dev.drover.local.torture.fault;

import dev.drover.local.torture.site.Account;
import dev.drover.local.torture.site.Connector;
import dev.drover.local.torture.site.Customer;
import dev.drover.local.torture.site.TorturedCloud;
import dev.drover.local.torture.wire.Call;
import dev.drover.local.torture.wire.Proxy;
import dev.drover.local.torture.wire.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.sfn.model.ExecutionListItem;

/** Makes faults. */
public final class Faults {
  private static final Duration SOON = Duration.ofMillis(500);
  private static final Duration NOW_AND_THEN = Duration.ofSeconds(5);
  private static final int SLOW_BYTES_PER_SECOND = 10_000;
  private static final String PUT_BLOCK = "PutSnapshotBlock";
  private static final String COMPLETE_SNAPSHOT = "CompleteSnapshot";
  private static final String REGISTER_IMAGE = "RegisterImage";

  private final World world;
  private final TorturedCloud cloud;
  private final Random random;

  private Faults(World world, Random random) {
    this.world = world;
    this.cloud = world.cloud();
    this.random = random;
  }

  /** One of a kind, for a world; what it draws it draws from {@code random}. */
  public static Fault make(FaultKind kind, World world, Random random) {
    return new Faults(world, random).make(kind);
  }

  /** Why a kind cannot be done on this machine; empty if it can. */
  public static Optional<String> missing(FaultKind kind) {
    return kind == FaultKind.CONNECTOR_CLOCK && SkewedClock.library().isEmpty()
        ? Optional.of("libfaketime is not installed (Debian's package faketime)")
        : Optional.empty();
  }

  private Fault make(FaultKind kind) {
    Connector connector = world.connectors().get(random.nextInt(world.connectors().size()));
    List<Proxy> sites = world.connectors().stream().map(Connector::proxy).toList();
    Account account = cloud.account();
    return switch (kind) {
      case CONNECTOR_KILLED -> new KilledConnector(world.connectors(), random);
      case CONNECTOR_STATE_LOST -> once(() -> world.connectors().forEach(Connector::loseState));
      case CONNECTOR_FROZEN -> frozen(connector);
      case CONNECTOR_DISK_FULL -> diskFull(connector);
      case CONNECTOR_CLOCK -> new SkewedClock(connector);
      case CONNECTOR_TWICE -> new DoubledTasks(cloud, connector, true);
      case TASK_TWICE -> new DoubledTasks(cloud, connector, false);
      case CREDENTIALS_REVOKED -> WireFault.on(sites, Refusals::revoked);
      case S3_DROPPED -> WireFault.on(sites, each(Call::isOfS3, new Verdict.Drop()));
      case S3_HANGS -> WireFault.on(sites, each(Call::isOfS3, new Verdict.Hang()));
      case S3_SLOW ->
          WireFault.on(sites, each(Call::putsSegment, new Verdict.Slow(SLOW_BYTES_PER_SECOND)));
      case S3_REFUSES ->
          WireFault.on(
              sites,
              call -> call.isOfS3() && chance(0.5) ? Refusals.unavailable(call) : Verdict.PASS);
      case ANSWERS_LOST ->
          WireFault.on(sites, call -> chance(0.33) ? new Verdict.LoseAnswer() : Verdict.PASS);
      case SOURCE_CHANGED ->
          RepeatedFault.each(
              Duration.ofSeconds(2),
              () -> {
                world.folderGuests().forEach(guest -> guest.touch(Instant.now()));
                return world.folderGuests().size();
              });
      case SOURCE_ERRORS ->
          new VcenterFault(
              world.vcenterControl(),
              List.of(
                  "{\"on\":\"stream\",\"do\":\"drop\",\"bytes\":300000,\"count\":3}",
                  "{\"on\":\"stream\",\"do\":\"lose-lease\",\"bytes\":600000,\"count\":1}",
                  "{\"on\":\"CreateSnapshot_Task\",\"do\":\"fail\",\"fault\":\"FileLocked\",\"count\":1}",
                  "{\"on\":\"RemoveSnapshot_Task\",\"do\":\"fail\",\"fault\":\"FileLocked\",\"count\":1}"));
      case SOURCE_SNAPSHOTS_REMOVED ->
          new VcenterFault(
              world.vcenterControl(),
              List.of(
                  "{\"on\":\"stream\",\"do\":\"remove-snapshots\",\"bytes\":500000,\"count\":2}"));
      case SEGMENT_KILLED -> killed(cloud.ebs(), ".SegmentHandler", Call::putsBlock, 3);
      case COMPLETION_KILLED ->
          killed(cloud.ebs(), ".CompleteSnapshotHandler", Call::completesSnapshot, 1);
      case FUNCTIONS_KILLED -> RepeatedFault.each(NOW_AND_THEN, this::killOneFunction);
      case EXECUTION_STOPPED -> RepeatedFault.each(NOW_AND_THEN, this::stopOneExecution);
      case EVENTS_LOST -> MeddledEvents.lost(world);
      case EVENTS_REVERSED -> MeddledEvents.reversed(world);
      case EVENTS_LATE -> MeddledEvents.late(world);
      case POISON -> new Poison(account, cloud.workQueueUrls(), cloud.environments());
      case SEGMENTS_CORRUPTED ->
          new CorruptedObjects(
              account, sites, call -> call.putsSegment() && !call.path().endsWith(".manifest"), 3);
      case DIGEST_LISTS_CORRUPTED -> new CorruptedDigestLists(account);
      case PLAN_CORRUPTED ->
          new CorruptedObjects(
              account,
              List.of(cloud.services()),
              call -> call.puts("tasks/") && call.path().endsWith("/plan.json"),
              1);
      case PUTS_THROTTLED ->
          refused(
              SimulatorFault.Operation.WRITE,
              SimulatorFault.refusing(PUT_BLOCK, 0.4, "THROTTLE_ACCOUNT"),
              SimulatorFault.refusing(PUT_BLOCK, 0.3, "THROTTLE_SNAPSHOT"));
      case PUTS_FAIL ->
          refused(
              SimulatorFault.Operation.WRITE,
              SimulatorFault.refusing(PUT_BLOCK, 0.33, "SERVER_ERROR"));
      case PUTS_HANG ->
          WireFault.on(
              List.of(cloud.ebs()),
              call -> call.putsBlock() && chance(0.3) ? new Verdict.Hang() : Verdict.PASS);
      case SNAPSHOT_UNKNOWN ->
          refused(SimulatorFault.Operation.WRITE, "{\"fault\":\"hide-new\",\"millis\":120000}");
      case PENDING_QUOTA ->
          refused(SimulatorFault.Operation.WRITE, "{\"fault\":\"limit-pending\",\"snapshots\":3}");
      case KEY_DISABLED ->
          both(
              refused(SimulatorFault.Operation.WRITE, "{\"fault\":\"disable-keys\"}"),
              new DisabledKey(account));
      case SNAPSHOT_CANCELLED -> RepeatedFault.each(NOW_AND_THEN, this::cancelOneSnapshot);
      case COMPLETION_REFUSED ->
          both(
              refused(
                  SimulatorFault.Operation.COMPLETE,
                  SimulatorFault.refusing(COMPLETE_SNAPSHOT, 0.6, "SERVER_ERROR"),
                  SimulatorFault.refusing(COMPLETE_SNAPSHOT, 0.2, "THROTTLE_ACCOUNT")),
              WireFault.on(
                  List.of(cloud.ebs()),
                  call ->
                      call.completesSnapshot() && chance(0.4)
                          ? new Verdict.LoseAnswer()
                          : Verdict.PASS));
      case REGISTER_REFUSED ->
          refused(
              SimulatorFault.Operation.REGISTER,
              SimulatorFault.refusing(REGISTER_IMAGE, 0.6, "SERVER_ERROR"),
              SimulatorFault.refusing(REGISTER_IMAGE, 0.3, "THROTTLE_ACCOUNT"),
              "{\"fault\":\"lose-answer\",\"operation\":\"RegisterImage\",\"when\":{\"chance\":0.5}}");
      case TABLE_THROTTLED ->
          WireFault.on(
              List.of(cloud.services()),
              call ->
                  call.header("x-amz-target").startsWith("DynamoDB") && chance(0.33)
                      ? Refusals.throttledTable()
                      : Verdict.PASS);
      case SERVICES_DROPPED ->
          WireFault.on(
              List.of(cloud.services(), cloud.ebs()),
              call ->
                  chance(0.1)
                      ? chance(0.5) ? new Verdict.Drop() : new Verdict.LoseAnswer()
                      : Verdict.PASS);
      case MINISTACK_FROZEN -> frozen(cloud.miniStack());
      case SIMULATOR_KILLED -> killedSimulator();
      case JOB_DELETED -> once(this::deleteOneJob);
    };
  }

  private synchronized boolean chance(double chance) {
    return random.nextDouble() < chance;
  }

  private static java.util.function.Function<Call, Verdict> each(
      Predicate<Call> which, Verdict verdict) {
    return call -> which.test(call) ? verdict : Verdict.PASS;
  }

  private Fault killed(Proxy proxy, String handler, Predicate<Call> moment, int nth) {
    return new KilledFunction(cloud, proxy, handler, moment, nth, 2);
  }

  private Fault refused(SimulatorFault.Operation operation, String... rules) {
    return new SimulatorFault(cloud, operation, List.of(rules));
  }

  private static Fault once(Runnable deed) {
    return new Fault() {
      private volatile int strikes;

      @Override
      public void begin() {
        deed.run();
        strikes = 1;
      }

      @Override
      public void heal() {
        // It has passed.
      }

      @Override
      public int strikes() {
        return strikes;
      }
    };
  }

  private static Fault both(Fault one, Fault other) {
    return new Fault() {
      @Override
      public void begin() {
        one.begin();
        other.begin();
      }

      @Override
      public void heal() {
        other.heal();
        one.heal();
      }

      @Override
      public int strikes() {
        return one.strikes() + other.strikes();
      }
    };
  }

  private static Fault frozen(Connector connector) {
    return new FrozenProcess(List.of(connector.running().process().toHandle()));
  }

  private static Fault frozen(List<ProcessHandle> processes) {
    return new FrozenProcess(processes);
  }

  /** Each of its processes while it lasts; one that was started again finds the disk as full. */
  private Fault diskFull(Connector connector) {
    return new RepeatedFault(
        SOON,
        () -> {
          FileSizeLimit.set(connector.running().process().pid(), "0:unlimited");
          return 1;
        },
        () -> FileSizeLimit.set(connector.running().process().pid(), "unlimited:unlimited"));
  }

  private Fault killedSimulator() {
    return new RepeatedFault(
        Duration.ofSeconds(10),
        () -> {
          List<ProcessHandle> simulators = cloud.simulatorProcess();
          simulators.forEach(ProcessHandle::destroyForcibly);
          simulators.forEach(simulator -> simulator.onExit().join());
          cloud.restartEndedServers();
          return simulators.size();
        },
        () -> {});
  }

  private int killOneFunction() {
    List<ProcessHandle> functions = cloud.functions();
    if (functions.isEmpty()) {
      return 0;
    }
    functions.get(random.nextInt(functions.size())).destroyForcibly();
    return 1;
  }

  private int stopOneExecution() {
    List<ExecutionListItem> running = cloud.account().runningExecutions();
    if (running.isEmpty()) {
      return 0;
    }
    String arn = running.get(random.nextInt(running.size())).executionArn();
    cloud
        .account()
        .sfn()
        .stopExecution(
            request ->
                request.executionArn(arn).error("Torture").cause("somebody stopped the execution"));
    return 1;
  }

  private int cancelOneSnapshot() {
    List<Snapshot> pending = cloud.account().pendingSnapshots();
    if (pending.isEmpty()) {
      return 0;
    }
    cloud
        .simulator()
        .post("cancel/" + pending.get(random.nextInt(pending.size())).snapshotId(), "");
    return 1;
  }

  private void deleteOneJob() {
    Customer customer = world.customers().get(random.nextInt(world.customers().size()));
    customer.deleteJob(Duration.ofMillis(random.nextInt(8_000)));
  }
}
