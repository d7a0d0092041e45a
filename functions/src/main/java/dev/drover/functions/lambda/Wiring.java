package dev.drover.functions.lambda;

import dev.drover.functions.account.ApplicationDiscovery;
import dev.drover.functions.account.Commands;
import dev.drover.functions.account.ConnectorQueues;
import dev.drover.functions.account.CustomerObjects;
import dev.drover.functions.account.EncryptionKeys;
import dev.drover.functions.account.EventBus;
import dev.drover.functions.account.Executions;
import dev.drover.functions.account.FunctionVersions;
import dev.drover.functions.account.ImageImports;
import dev.drover.functions.account.Images;
import dev.drover.functions.account.Instances;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.Pause;
import dev.drover.functions.account.Queues;
import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.account.RunSnapshots;
import dev.drover.functions.account.SegmentQueues;
import dev.drover.functions.account.SnapshotBlocks;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.StackResources;
import dev.drover.functions.account.Stacks;
import dev.drover.functions.account.TaskTokens;
import dev.drover.functions.account.Volumes;
import dev.drover.functions.aws.AdsApplicationDiscovery;
import dev.drover.functions.aws.AwsClients;
import dev.drover.functions.aws.ClientWiring;
import dev.drover.functions.aws.CloudFormationResources;
import dev.drover.functions.aws.CloudFormationStacks;
import dev.drover.functions.aws.DefaultEventBus;
import dev.drover.functions.aws.EbsBlocks;
import dev.drover.functions.aws.EbsRunSnapshots;
import dev.drover.functions.aws.Ec2ImageImports;
import dev.drover.functions.aws.Ec2Images;
import dev.drover.functions.aws.Ec2Instances;
import dev.drover.functions.aws.Ec2Snapshots;
import dev.drover.functions.aws.Ec2Volumes;
import dev.drover.functions.aws.KmsEncryptionKeys;
import dev.drover.functions.aws.LambdaFunctionVersions;
import dev.drover.functions.aws.S3CustomerObjects;
import dev.drover.functions.aws.S3Objects;
import dev.drover.functions.aws.SchedulerRunSchedule;
import dev.drover.functions.aws.SfnExecutions;
import dev.drover.functions.aws.SfnTaskTokens;
import dev.drover.functions.aws.SqsQueues;
import dev.drover.functions.aws.SsmCommands;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.State;
import dev.drover.functions.story.RunStory;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The composition root of every function: a handler's no-argument constructor takes from here what
 * its feature needs. Only here are the environment, the clock and chance touched.
 */
public final class Wiring {
  private final Map<String, String> environment;
  private final AwsClients clients;
  private final InstantSource clock;
  private final Pause pause;
  private final RandomGenerator random;
  private final EventLog log;

  /** Wires a function from the environment that Lambda gave it. */
  public Wiring() {
    this(System.getenv());
  }

  Wiring(Map<String, String> environment) {
    this(
        environment,
        new ClientWiring(environment),
        InstantSource.system(),
        Thread::sleep,
        // After a SnapStart restore it differs, because the kernel feeds it.
        new SecureRandom(),
        new EventLog(System.out));
  }

  /**
   * Wires a function to a world that is not Lambda's.
   *
   * @param pause lets the clock's time pass
   * @param random ids are made of it
   */
  public Wiring(
      Map<String, String> environment,
      AwsClients clients,
      InstantSource clock,
      Pause pause,
      RandomGenerator random,
      EventLog log) {
    this.environment = Map.copyOf(environment);
    this.clients = clients;
    this.clock = clock;
    this.pause = pause;
    this.random = random;
    this.log = log;
  }

  /** What the table {@code DROVER_TABLE} holds. */
  public State state() {
    return new State(clients.dynamoDb(), required("DROVER_TABLE"), random);
  }

  /** The bucket's name, {@code DROVER_BUCKET}. */
  public String bucket() {
    return required("DROVER_BUCKET");
  }

  /**
   * The segment queues; a name begins with {@code DROVER_SEGMENT_QUEUE_PREFIX}, the environment
   * follows.
   */
  public SegmentQueues segmentQueues() {
    return new SegmentQueues(queues(), segmentQueuePrefix());
  }

  /** What the names of the segment queues begin with, {@code DROVER_SEGMENT_QUEUE_PREFIX}. */
  public String segmentQueuePrefix() {
    return required("DROVER_SEGMENT_QUEUE_PREFIX");
  }

  /** What the names of the task queues begin with, {@code DROVER_TASK_QUEUE_PREFIX}. */
  public String taskQueuePrefix() {
    return required("DROVER_TASK_QUEUE_PREFIX");
  }

  /** Reports that could not be read, {@code DROVER_REPORT_DEAD_LETTERS_URL}. */
  public String reportDeadLettersUrl() {
    return required("DROVER_REPORT_DEAD_LETTERS_URL");
  }

  /** Calls that Lambda gave up, {@code DROVER_FAILED_CALLS_URL}. */
  public String failedCallsUrl() {
    return required("DROVER_FAILED_CALLS_URL");
  }

  /** The report queue, {@code DROVER_REPORT_QUEUE_URL}. */
  public String reportQueueUrl() {
    return required("DROVER_REPORT_QUEUE_URL");
  }

  /** How many blocks this function may put in a second, {@code DROVER_PUTS_PER_SECOND}. */
  public double putsPerSecond() {
    return Double.parseDouble(required("DROVER_PUTS_PER_SECOND"));
  }

  /** How many blocks all functions may put in a second, {@code DROVER_ALL_PUTS_PER_SECOND}. */
  public double allPutsPerSecond() {
    return Double.parseDouble(required("DROVER_ALL_PUTS_PER_SECOND"));
  }

  /** How time is let pass. */
  public Pause pause() {
    return pause;
  }

  /** The bucket, of the account {@code DROVER_BUCKET_OWNER}. */
  public ObjectStore objects() {
    return new S3Objects(clients.s3(), bucket(), required("DROVER_BUCKET_OWNER"));
  }

  /** Buckets of the customer's, of the account {@code DROVER_BUCKET_OWNER}. */
  public CustomerObjects customerObjects() {
    return new S3CustomerObjects(clients.s3(), required("DROVER_BUCKET_OWNER"));
  }

  /** The queues. */
  public Queues queues() {
    return new SqsQueues(clients.sqs());
  }

  /**
   * The connectors' task queues; a name begins with {@code DROVER_TASK_QUEUE_PREFIX}, the
   * connector's id follows.
   */
  public ConnectorQueues connectorQueues() {
    return new ConnectorQueues(queues(), taskQueuePrefix());
  }

  /** The writing half of the EBS direct APIs. */
  public SnapshotBlocks blocks() {
    return new EbsBlocks(clients.ebs());
  }

  /** The account's snapshots. */
  public Snapshots snapshots() {
    return new Ec2Snapshots(clients.ec2());
  }

  /** What starts a run's snapshots. */
  public RunSnapshots runSnapshots() {
    return new EbsRunSnapshots(clients.ebs(), snapshots(), encryptionKeys());
  }

  /** The keys of new snapshots. */
  public EncryptionKeys encryptionKeys() {
    return new KmsEncryptionKeys(clients.ec2(), clients.kms());
  }

  /** The account's images. */
  public Images images() {
    return new Ec2Images(clients.ec2());
  }

  /** The instances of what was launched. */
  public Instances instances() {
    return new Ec2Instances(clients.ec2());
  }

  /** Scripts on managed instances. */
  public Commands commands() {
    return new SsmCommands(clients.ssm());
  }

  /** VM Import's tasks. */
  public ImageImports imageImports() {
    return new Ec2ImageImports(clients.ec2());
  }

  /** The name of the role that VM Import takes on, {@code DROVER_IMPORT_ROLE}. */
  public String importRole() {
    return required("DROVER_IMPORT_ROLE");
  }

  /** The volumes of what was launched. */
  public Volumes volumes() {
    return new Ec2Volumes(clients.ec2());
  }

  /** Executions of the state machine {@code DROVER_REPLICATE_RUN_ARN}. */
  public Executions executions() {
    return new SfnExecutions(clients.sfn(), required("DROVER_REPLICATE_RUN_ARN"));
  }

  /** Executions of the state machine {@code DROVER_LAUNCH_APP_ARN}. */
  public Executions launches() {
    return new SfnExecutions(clients.sfn(), required("DROVER_LAUNCH_APP_ARN"));
  }

  /**
   * Stacks of applications, made with the role {@code DROVER_LAUNCH_ROLE_ARN}, or another one whose
   * ARN begins with {@code DROVER_ROLE_ARN_PREFIX}.
   */
  public Stacks stacks() {
    return new CloudFormationStacks(
        clients.cloudFormation(),
        clients.s3(),
        bucket(),
        new CloudFormationStacks.Roles(
            required("DROVER_LAUNCH_ROLE_ARN"), required("DROVER_ROLE_ARN_PREFIX")));
  }

  /** What stacks of applications are made of. */
  public StackResources stackResources() {
    return new CloudFormationResources(clients.cloudFormation());
  }

  /** Where servers tell what came of their validations: this API, {@code DROVER_API_URL}. */
  public String apiUrl() {
    return required("DROVER_API_URL");
  }

  /** The tokens of tasks that wait. */
  public TaskTokens taskTokens() {
    return new SfnTaskTokens(clients.sfn());
  }

  /** The applications of Application Discovery Service. */
  public ApplicationDiscovery applicationDiscovery() {
    return new AdsApplicationDiscovery(clients.applicationDiscovery());
  }

  /** Versions of functions; the alias that names the newest is {@code DROVER_ALIAS}. */
  public FunctionVersions functionVersions() {
    return new LambdaFunctionVersions(clients.lambda(), required("DROVER_ALIAS"));
  }

  /** The functions that executions call by version, {@code DROVER_VERSIONED_FUNCTIONS}: names. */
  public List<String> versionedFunctions() {
    return List.of(required("DROVER_VERSIONED_FUNCTIONS").split(",", -1));
  }

  /** The runs' schedules, in the Scheduler group {@code DROVER_SCHEDULE_GROUP}. */
  public RunSchedule schedule() {
    return new SchedulerRunSchedule(clients.scheduler(), required("DROVER_SCHEDULE_GROUP"));
  }

  /**
   * Whom a schedule wakes: the alias {@code DROVER_START_RUN_ARN}, with the role {@code
   * DROVER_SCHEDULE_ROLE_ARN}.
   */
  public RunSchedule.Waking waking() {
    return new RunSchedule.Waking(
        required("DROVER_START_RUN_ARN"), required("DROVER_SCHEDULE_ROLE_ARN"));
  }

  /** The account's bus of events. */
  public EventBus events() {
    return new DefaultEventBus(clients.eventBridge());
  }

  /** How long a run may go without progress: {@code DROVER_PATIENCE_HOURS}. */
  public Duration patience() {
    return Duration.ofHours(Long.parseLong(required("DROVER_PATIENCE_HOURS")));
  }

  /** The stack's name, which tells its metrics from another one's: {@code DROVER_STACK}. */
  public String stack() {
    return required("DROVER_STACK");
  }

  /** How many pending snapshots all runs may have together: {@code DROVER_PENDING_SNAPSHOTS}. */
  public int pendingSnapshots() {
    return Integer.parseInt(required("DROVER_PENDING_SNAPSHOTS"));
  }

  /** How far apart the runs of a job may be, in hours: {@code DROVER_MAX_FREQUENCY_HOURS}. */
  public int maxFrequencyHours() {
    return Integer.parseInt(required("DROVER_MAX_FREQUENCY_HOURS"));
  }

  /** How many runs someone may ask of a job in 24 hours: {@code DROVER_ON_DEMAND_RUNS}. */
  public int onDemandRuns() {
    return Integer.parseInt(required("DROVER_ON_DEMAND_RUNS"));
  }

  /** How many failures in a row pause a job: {@code DROVER_FAILURES_BEFORE_PAUSE}. */
  public int failuresBeforePause() {
    return Integer.parseInt(required("DROVER_FAILURES_BEFORE_PAUSE"));
  }

  /** How many AMIs a job keeps that says nothing, 0 is all: {@code DROVER_RECENT_AMIS_TO_KEEP}. */
  public int recentAmisToKeep() {
    return Integer.parseInt(required("DROVER_RECENT_AMIS_TO_KEEP"));
  }

  /** How many applications there may be: {@code DROVER_MAX_APPLICATIONS}. */
  public int maxApps() {
    return Integer.parseInt(required("DROVER_MAX_APPLICATIONS"));
  }

  /** How many groups an application may have: {@code DROVER_MAX_SERVER_GROUPS}. */
  public int maxServerGroups() {
    return Integer.parseInt(required("DROVER_MAX_SERVER_GROUPS"));
  }

  /** How many servers an application may have: {@code DROVER_MAX_SERVERS_OF_APPLICATION}. */
  public int maxServersOfApp() {
    return Integer.parseInt(required("DROVER_MAX_SERVERS_OF_APPLICATION"));
  }

  /** The clock. */
  public InstantSource clock() {
    return clock;
  }

  /** An id that nothing else has, of random digits. */
  public String newId() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  /** The log; what happens to runs becomes their story, too. */
  public EventLog log() {
    return log.heardBy(new RunStory(state().stories(), clock, log));
  }

  private String required(String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new MissingSettingException(name);
    }
    return value;
  }
}
