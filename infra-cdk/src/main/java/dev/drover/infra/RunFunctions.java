package dev.drover.infra;

import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.services.iam.Role;
import software.constructs.Construct;

/** The functions of one run, in the order in which replicate-run calls them. */
final class RunFunctions extends Construct {
  private final Map<String, String> placeholders = new TreeMap<>();
  private final FunctionFactory factory;
  private final Ec2Permissions ec2;
  private final DataBucket bucket;
  private final TaskQueues tasks;
  private final Schedules schedules;
  private final Launches launches;
  private final JobSettings jobs;
  private final DroverFunction waitForSegments;
  private final DroverFunction completeSnapshot;
  private final DroverFunction endRun;

  RunFunctions(
      Construct scope,
      String id,
      FunctionFactory factory,
      Ec2Permissions ec2,
      TaskQueues tasks,
      SegmentApply segments,
      Reports reports,
      Schedules schedules,
      Launches launches,
      int patienceHours,
      JobSettings jobs) {
    super(scope, id);
    this.factory = factory;
    this.ec2 = ec2;
    this.bucket = factory.bucket();
    this.tasks = tasks;
    this.schedules = schedules;
    this.launches = launches;
    this.jobs = jobs;
    step(DeclaredFunction.BEGIN_RUN, Map.of());
    prepare(patienceHours);
    awaitApplied(segments, reports);
    this.waitForSegments = step(DeclaredFunction.WAIT_FOR_SEGMENTS, Map.of());
    this.completeSnapshot = completedSnapshots();
    images();
    ends();
    this.endRun = factory.create(this, DeclaredFunction.END_RUN, abandonment());
    abandonsRun(endRun);
  }

  /** Placeholder in the definition of replicate-run → ARN of the version to call. */
  Map<String, String> placeholders() {
    return Map.copyOf(placeholders);
  }

  /** Ends a wait that it began when the last segment came first. */
  DroverFunction waitForSegments() {
    return waitForSegments;
  }

  /** Called by a rule, too, whose event nobody waits for. */
  DroverFunction completeSnapshot() {
    return completeSnapshot;
  }

  /** Called by no state: by the rule for executions that ended badly. */
  DroverFunction endRun() {
    return endRun;
  }

  /** Chooses base and connector, finds what is durable already, writes the plan. */
  private void prepare(int patienceHours) {
    Map<String, String> environment = new TreeMap<>(tasks.variables());
    environment.put("DROVER_PATIENCE_HOURS", Integer.toString(patienceHours));
    DroverFunction prepare = step(DeclaredFunction.PREPARE, environment);
    tasks.allowFind(prepare);
    bucket.allowList(prepare);
    // The report of what an attempt opened says what it staged, also when its event was lost.
    bucket.allowRead(prepare, DataBucket.DIGESTS, DataBucket.TASKS, DataBucket.REPORTS);
    bucket.allowWrite(prepare, DataBucket.TASKS);
    ec2.allowDescribe(prepare, "ec2:DescribeSnapshots");
    // A base serves only while it has the key that a new snapshot would get.
    ec2.allowLookUpKeys(prepare);
  }

  /** Compares the manifests with the receipts; an event that was lost is told again. */
  private void awaitApplied(SegmentApply segments, Reports reports) {
    DroverFunction awaitApplied =
        step(
            DeclaredFunction.AWAIT_APPLIED,
            Map.of(
                "DROVER_SEGMENT_QUEUE_PREFIX",
                segments.namePrefix(),
                "DROVER_REPORT_QUEUE_URL",
                reports.queue().queue().getQueueUrl()));
    bucket.allowRead(awaitApplied, DataBucket.REPORTS);
    bucket.allowList(awaitApplied);
    segments.allowSend(awaitApplied);
    segments.allowCount(awaitApplied);
    reports.allowSend(awaitApplied);
    // It tells people of segments that came corrupt.
    EventBus.allowPut(awaitApplied);
    // A snapshot that was lost or given back is found while its segments are waited for, and
    // another is started in its place.
    ec2.allowDescribe(awaitApplied, "ec2:DescribeSnapshots");
    ec2.allowStartSnapshot(awaitApplied);
    ec2.allowLookUpKeys(awaitApplied);
    // One that would have another key than the run's goes again at once.
    ec2.allowDeleteSnapshot(awaitApplied);
  }

  /** Merges receipts over the base's digest list, and has EBS check the outcome too. */
  private DroverFunction completedSnapshots() {
    DroverFunction complete = step(DeclaredFunction.COMPLETE_SNAPSHOT, Map.of());
    bucket.allowRead(complete, DataBucket.DIGESTS, DataBucket.REPORTS);
    bucket.allowList(complete);
    bucket.allowWrite(complete, DataBucket.DIGESTS);
    // The list of a snapshot of this run that another generation took the place of.
    bucket.allowDelete(complete, DataBucket.DIGESTS);
    ec2.allowCompleteSnapshot(complete);
    ec2.allowDescribe(complete, "ec2:DescribeSnapshots");
    RuleCall.hourly(
        this,
        "LongPending",
        "complete a disk that is done before EBS cancels its pending snapshot",
        complete);
    DroverFunction check = step(DeclaredFunction.CHECK_SNAPSHOT, Map.of());
    ec2.allowDescribe(check, "ec2:DescribeSnapshots");
    return complete;
  }

  private void images() {
    Role importRole = new ImportRole(this, "Import", ec2).role();
    DroverFunction publish =
        step(
            DeclaredFunction.PUBLISH_IMAGE, Map.of("DROVER_IMPORT_ROLE", importRole.getRoleName()));
    ec2.allowRegisterImage(publish);
    ec2.allowImportImage(publish, importRole);
    // When the run has ended meanwhile, the image that was just registered goes again.
    ec2.allowDeregisterImage(publish);
    ec2.allowDescribe(
        publish, "ec2:DescribeImages", "ec2:DescribeImportImageTasks", "ec2:DescribeSnapshots");
    DroverFunction prune = step(DeclaredFunction.PRUNE_IMAGES, Map.of());
    ec2.allowDeregisterImage(prune);
    ec2.allowDeleteSnapshot(prune);
    ec2.allowDescribe(prune, "ec2:DescribeImages", "ec2:DescribeSnapshots");
    // An image that is used stays.
    ec2.allowDescribe(prune, "ec2:DescribeInstances", "ec2:DescribeLaunchTemplateVersions");
    ec2.allowLookUpSharing(prune);
    bucket.allowList(prune);
    bucket.allowDelete(prune, DataBucket.DIGESTS);
  }

  /** However a run ends, nothing of it stays that nobody needs. */
  private void ends() {
    purgesStaging(step(DeclaredFunction.PURGE_STAGING, Map.of()));
    Map<String, String> environment = new TreeMap<>(scheduleGroup());
    environment.putAll(launches.environment());
    DroverFunction finish = step(DeclaredFunction.FINISH_RUN, environment);
    // An application may be launched by itself when its last server has an AMI.
    launches.allowStart(finish);
    schedules.allowDelete(finish);
    // Snapshots that an attempt started and could not open.
    ec2.allowDeleteSnapshot(finish);
    ec2.allowDescribe(finish, "ec2:DescribeSnapshots");
    bucket.allowDelete(finish, DataBucket.DIGESTS);
    abandonsRun(step(DeclaredFunction.FAIL_RUN, abandonment()));
  }

  private void purgesStaging(DroverFunction function) {
    bucket.allowList(function);
    bucket.allowDelete(function, DataBucket.STAGING);
  }

  private void abandonsRun(DroverFunction function) {
    purgesStaging(function);
    bucket.allowDelete(function, DataBucket.DIGESTS);
    // An image that was registered but not committed uses the snapshots that go.
    ec2.allowDeregisterImage(function);
    ec2.allowDeleteSnapshot(function);
    ec2.allowCancelImport(function);
    ec2.allowTagImported(function);
    ec2.allowDescribe(
        function, "ec2:DescribeImages", "ec2:DescribeImportImageTasks", "ec2:DescribeSnapshots");
    schedules.allowDelete(function);
    // What stands on the run's site, a connector releases.
    tasks.allowSend(function);
  }

  private Map<String, String> abandonment() {
    Map<String, String> environment = new TreeMap<>(scheduleGroup());
    environment.putAll(jobs.ofFailures());
    environment.putAll(tasks.variables());
    return environment;
  }

  private Map<String, String> scheduleGroup() {
    return Map.of("DROVER_SCHEDULE_GROUP", schedules.group());
  }

  private DroverFunction step(DeclaredFunction declared, Map<String, String> environment) {
    DroverFunction function = factory.create(this, declared, environment);
    placeholders.put(declared.constructId() + "Arn", function.versionArn());
    return function;
  }
}
