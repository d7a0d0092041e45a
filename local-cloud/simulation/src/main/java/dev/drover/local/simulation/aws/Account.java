package dev.drover.local.simulation.aws;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.drover.functions.api.edge.ApiHandler;
import dev.drover.functions.aws.AwsClients;
import dev.drover.functions.image.PruneImagesHandler;
import dev.drover.functions.image.PublishImageHandler;
import dev.drover.functions.job.StartRunHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.reconcile.DeadLettersHandler;
import dev.drover.functions.reconcile.SweepLeftoversHandler;
import dev.drover.functions.report.ReportHandler;
import dev.drover.functions.run.BeginRunHandler;
import dev.drover.functions.run.EndRunHandler;
import dev.drover.functions.run.FailRunHandler;
import dev.drover.functions.run.FinishRunHandler;
import dev.drover.functions.segment.SegmentHandler;
import dev.drover.functions.snapshot.AwaitAppliedHandler;
import dev.drover.functions.snapshot.CheckSnapshotHandler;
import dev.drover.functions.snapshot.CompleteSnapshotHandler;
import dev.drover.functions.snapshot.PrepareHandler;
import dev.drover.functions.snapshot.WaitForSegmentsHandler;
import dev.drover.functions.staging.PurgeStagingHandler;
import dev.drover.functions.staging.StagedEvent;
import dev.drover.functions.state.InMemoryDynamoDb;
import dev.drover.functions.state.State;
import dev.drover.functions.world.FakeLambdaContext;
import dev.drover.local.simulation.asl.ExecutionSummary;
import dev.drover.local.simulation.asl.Integrations;
import dev.drover.local.simulation.asl.SimulatedSfnClient;
import dev.drover.local.simulation.asl.StateMachine;
import dev.drover.local.simulation.asl.StatusChange;
import dev.drover.local.simulation.asl.StepFunctions;
import dev.drover.local.simulation.ebs.EbsAccount;
import dev.drover.local.simulation.ebs.EbsSettings;
import dev.drover.local.simulation.ebs.SnapshotContent;
import dev.drover.local.simulation.fault.CallFaults;
import dev.drover.local.simulation.fault.EventFaults;
import dev.drover.local.simulation.fault.FaultKind;
import dev.drover.local.simulation.fault.Link;
import dev.drover.local.simulation.fault.Outages;
import dev.drover.local.simulation.kernel.Line;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.scheduler.SchedulerService;
import dev.drover.local.simulation.scheduler.SchedulerSettings;
import dev.drover.local.simulation.site.SimulatedConnector;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.message.MessageJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.applicationdiscovery.ApplicationDiscoveryClient;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.SfnException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * The customer's account with Drover deployed into it: every function behind its handler, the state
 * machine, queues, events and schedules. Names, timeouts and limits are those of {@code infra-cdk}.
 */
public final class Account {
  /** The bucket's name. */
  public static final String BUCKET = "drover";

  private static final String OWNER = "000000000000";
  private static final String TASK_QUEUES = "Drover-tasks-";
  private static final String MACHINE =
      "arn:aws:states:us-east-1:000000000000:stateMachine:replicate-run";
  private static final String SCHEDULES = "Drover";
  private static final int MAX_RECEIVES = 5;
  private static final int FUNCTION_ATTEMPTS = 3;
  private static final int CONNECTOR_ATTEMPTS = 8;

  /** As infra-cdk has it: a part of EBS's 1,000 a second. */
  private static final double PUTS_PER_SECOND = 900;

  private static final String SEGMENT_QUEUES = "Drover-segments-";

  /** As the stack's rules ask for rounds. */
  private static final Duration ROUNDS = Duration.ofMinutes(5);

  /** What AWS gives a queue that names no limit: the function's own, the account's. */
  private static final int REPORT_CONCURRENCY = 100;

  private final Deployed deployed = new Deployed();
  private final Simulation simulation;
  private final Set<FaultKind> faults;
  private final int scale;
  private final CallFaults callFaults;
  private final Outages outages;
  private final Meter meter = new Meter();
  private final int severity;
  private final InMemoryDynamoDb table = new InMemoryDynamoDb();
  private final TableCapacity tableCapacity;
  private final TimeToLive timeToLive;
  private final Bucket bucket;
  private final Queues queues;
  private final Lambda lambda;
  private final StepFunctions stepFunctions;
  private final SchedulerService scheduler;
  private final EbsAccount ebs;
  private final List<PutEventsRequestEntry> events = new ArrayList<>();
  private final Map<EnvironmentName, String> segmentQueues = new LinkedHashMap<>();
  private final String reportQueue;
  private final String failedCalls;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final Consumer<StatusChange> executions;
  private final Map<String, Set<String>> tableWrites = new TreeMap<>();
  private long invocationsGivenUp;

  /**
   * An account.
   *
   * @param machine replicate-run as it stands in {@code statemachines/}
   * @param scale so many real blocks a simulated one stands for
   * @param severity so many times as often as usual calls go wrong
   * @param executions hears of every change of an execution
   */
  public Account(
      Simulation simulation,
      Set<FaultKind> faults,
      String machine,
      int scale,
      int severity,
      Consumer<StatusChange> executions) {
    this.simulation = simulation;
    this.faults = Set.copyOf(faults);
    this.scale = scale;
    this.severity = severity;
    this.callFaults = new CallFaults(faults, simulation.newRandom(), severity);
    this.outages = new Outages(simulation, faults);
    EventFaults eventFaults = new EventFaults(faults, simulation.newRandom());
    this.tableCapacity = new TableCapacity(simulation);
    this.timeToLive = new TimeToLive(simulation, table);
    this.bucket = new Bucket(simulation, eventFaults);
    this.queues = new Queues(simulation, eventFaults);
    this.lambda = new Lambda(simulation, queues, 1_000);
    this.executions = executions;
    this.ebs = new EbsAccount(simulation, ebsSettings(scale));
    if (faults.contains(FaultKind.SNAPSHOTS)) {
      ebs.shareWithOthers();
    }
    this.scheduler =
        new SchedulerService(
            simulation, SchedulerSettings.AWS, (target, input) -> invokeLater(target, input));
    scheduler.addGroup(SCHEDULES);
    this.reportQueue = workQueue("Reports", "reports");
    this.failedCalls =
        queues.create(
            "FailedCalls",
            new Queues.Settings(Duration.ofSeconds(30), Duration.ofDays(14), 0, null));
    environment.putAll(
        Map.of(
            "DROVER_TABLE", "drover",
            "DROVER_BUCKET", BUCKET,
            "DROVER_BUCKET_OWNER", OWNER,
            "DROVER_SEGMENT_QUEUE_PREFIX", SEGMENT_QUEUES,
            "DROVER_TASK_QUEUE_PREFIX", TASK_QUEUES,
            "DROVER_REPLICATE_RUN_ARN", MACHINE,
            "DROVER_SCHEDULE_GROUP", SCHEDULES,
            "DROVER_START_RUN_ARN", "StartRun",
            "DROVER_SCHEDULE_ROLE_ARN", "arn:aws:iam::000000000000:role/schedules"));
    environment.put("DROVER_REPORT_QUEUE_URL", reportQueue);
    environment.put("DROVER_REPORT_DEAD_LETTERS_URL", queues.find("Reports-dead").orElseThrow());
    environment.put("DROVER_FAILED_CALLS_URL", failedCalls);
    environment.put("DROVER_PATIENCE_HOURS", "6");
    environment.put("DROVER_IMPORT_ROLE", "imports");
    // All that a deployment may allow: a scenario may want runs that are days apart.
    environment.put("DROVER_MAX_FREQUENCY_HOURS", "2160");
    environment.put("DROVER_ON_DEMAND_RUNS", "2");
    environment.put("DROVER_FAILURES_BEFORE_PAUSE", "3");
    environment.put("DROVER_RECENT_AMIS_TO_KEEP", "0");
    environment.put("DROVER_MAX_APPLICATIONS", "50");
    environment.put("DROVER_MAX_SERVER_GROUPS", "10");
    environment.put("DROVER_MAX_SERVERS_OF_APPLICATION", "50");
    environment.put("DROVER_LAUNCH_APP_ARN", MACHINE);
    environment.put("DROVER_API_URL", "https://api.invalid/prod/");
    environment.put("DROVER_LAUNCH_ROLE_ARN", "arn:aws:iam::000000000000:role/launches");
    environment.put("DROVER_ROLE_ARN_PREFIX", "arn:aws:iam::000000000000:role/");
    environment.put("DROVER_ALL_PUTS_PER_SECOND", Double.toString(PUTS_PER_SECOND / scale));
    environment.put("DROVER_STACK", "Drover");
    environment.put("DROVER_ALIAS", "live");
    environment.put("DROVER_VERSIONED_FUNCTIONS", "Prepare,AwaitApplied");
    environment.put("DROVER_PENDING_SNAPSHOTS", "100");
    Map<String, String> substitutions = deployFunctions();
    this.stepFunctions =
        new StepFunctions(
            simulation,
            MACHINE,
            StateMachine.parse(machine, substitutions),
            new FunctionsAndQueues(),
            this::changed);
    wireEvents();
  }

  /** Declares an environment to the stack, before anything of it starts. */
  public void declare(EnvironmentName name) {
    String queue = workQueue(SEGMENT_QUEUES + name, "segments");
    segmentQueues.put(name, queue);
    bucket.notify("staging/" + name + "/", key -> tell(queue, key));
    lambda.poll(queue, "Segment", deployed.concurrency("segments"));
    int functions = deployed.concurrency("segments") * segmentQueues.size();
    environment.put("DROVER_PUTS_PER_SECOND", Double.toString(PUTS_PER_SECOND / scale / functions));
    lambda.allow("Segment", deployed.timeout("Segment").plus(moreForAnExtent(functions)));
  }

  /**
   * A whole extent of blocks that stand for many stands for as many extents, and each of those has
   * a call of the function, and its time, to itself: here, what all of them wait longer for their
   * puts.
   */
  private Duration moreForAnExtent(int functions) {
    double seconds = DiskGeometry.BLOCKS_PER_EXTENT * (scale - 1) * functions / PUTS_PER_SECOND;
    return Duration.ofMillis(Math.round(seconds * 1_000));
  }

  private EbsSettings ebsSettings(int scale) {
    return EbsSettings.AWS.with(EbsSettings.AWS.rates().withPutsScaled(1.0 / scale));
  }

  private String workQueue(String name, String kind) {
    Duration visibility = deployed.visibility(kind);
    String dead =
        queues.create(
            name + "-dead", new Queues.Settings(visibility, Duration.ofDays(14), 0, null));
    return queues.create(
        name, new Queues.Settings(visibility, deployed.retention(kind), MAX_RECEIVES, dead));
  }

  /** Gives the placeholders of the state machine. */
  private Map<String, String> deployFunctions() {
    Map<String, String> placeholders = new LinkedHashMap<>();
    queueFunction("Segment", SegmentHandler::new);
    queueFunction("Report", ReportHandler::new);
    api();
    json("StartRun", StartRunHandler::new, placeholders);
    json("BeginRun", BeginRunHandler::new, placeholders);
    json("Prepare", PrepareHandler::new, placeholders);
    json("AwaitApplied", AwaitAppliedHandler::new, placeholders);
    json("WaitForSegments", WaitForSegmentsHandler::new, placeholders);
    json("CompleteSnapshot", CompleteSnapshotHandler::new, placeholders);
    json("CheckSnapshot", CheckSnapshotHandler::new, placeholders);
    json("PurgeStaging", PurgeStagingHandler::new, placeholders);
    json("PublishImage", PublishImageHandler::new, placeholders);
    json("PruneImages", PruneImagesHandler::new, placeholders);
    json("FinishRun", FinishRunHandler::new, placeholders);
    json("FailRun", FailRunHandler::new, placeholders);
    json("EndRun", EndRunHandler::new, placeholders);
    json("SweepLeftovers", SweepLeftoversHandler::new, placeholders);
    json("DeadLetters", DeadLettersHandler::new, placeholders);
    return placeholders;
  }

  private void json(
      String name,
      Function<Wiring, RequestStreamHandler> handler,
      Map<String, String> placeholders) {
    placeholders.put(name + "Arn", name);
    lambda.create(
        name,
        deployed.timeout(name),
        (process, death) -> {
          RequestStreamHandler code = handler.apply(wiring(process, death));
          return (event, deadline) -> {
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            byte[] input = ((String) event).getBytes(StandardCharsets.UTF_8);
            code.handleRequest(new ByteArrayInputStream(input), answer, context(deadline));
            return answer.toString(StandardCharsets.UTF_8);
          };
        });
  }

  private void queueFunction(
      String name, Function<Wiring, RequestHandler<SQSEvent, SQSBatchResponse>> handler) {
    lambda.create(
        name,
        deployed.timeout(name),
        (process, death) -> {
          RequestHandler<SQSEvent, SQSBatchResponse> code = handler.apply(wiring(process, death));
          return (event, deadline) -> code.handleRequest((SQSEvent) event, context(deadline));
        });
  }

  private void api() {
    lambda.create(
        "SmsApi",
        deployed.timeout("SmsApi"),
        (process, death) -> {
          ApiHandler code = new ApiHandler(wiring(process, death));
          return (event, deadline) ->
              code.handleRequest((APIGatewayProxyRequestEvent) event, context(deadline));
        });
  }

  private Context context(Instant deadline) {
    return new FakeLambdaContext(
        () ->
            Math.toIntExact(
                Math.max(0, Duration.between(simulation.instant(), deadline).toMillis())));
  }

  /**
   * @param process a function's name, a hyphen and the number of its environment
   */
  private Wiring wiring(String process, Runnable death) {
    String function = process.substring(0, process.lastIndexOf('-'));
    Processor processor = new Processor(simulation, deployed.memoryMib(function));
    processor.firstCall();
    Line line =
        processor.on(
            new ServiceLine(
                simulation,
                process,
                callFaults,
                new ServiceLine.Surroundings(outages, Link.UP, meter),
                FUNCTION_ATTEMPTS,
                death));
    return new Wiring(
        environment,
        new Clients(line, processor, writesOf(function)),
        simulation,
        simulation::sleep,
        simulation.newRandom(),
        new EventLog(logOf(process)));
  }

  private Consumer<String> writesOf(String function) {
    return tableWrites.computeIfAbsent(function, _ -> new TreeSet<>())::add;
  }

  /** The partitions that each function has written so far: {@code JOB}, {@code JOB#} and so on. */
  public Map<String, Set<String>> tableWrites() {
    return Map.copyOf(tableWrites);
  }

  private PrintStream logOf(String process) {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8) {
      @Override
      public void println(@Nullable String line) {
        if (simulation.trace().isWanted()) {
          simulation.trace().line(process, String.valueOf(line));
        }
      }
    };
  }

  private void wireEvents() {
    bucket.notify("reports/", key -> tell(reportQueue, key));
    for (String prefix : List.of("staging", "tasks", "reports")) {
      bucket.expire(prefix + "/", deployed.lifetime(prefix));
    }
    lambda.poll(reportQueue, "Report", REPORT_CONCURRENCY);
    simulation.after(Duration.ofHours(1), this::hourly);
    simulation.after(ROUNDS, this::rounds);
    simulation.after(Duration.ofMinutes(1), this::minutely);
  }

  private void tell(String queue, String key) {
    var _ = queues.send(queue, new StagedEvent(BUCKET, key).toMessage(), Duration.ZERO, Map.of());
  }

  private void rounds() {
    invokeLater("StartRun", "{\"ifDue\":true}");
    invokeLater("SweepLeftovers", "{\"ifDue\":true}");
    simulation.after(ROUNDS, this::rounds);
  }

  private void hourly() {
    invokeLater("DeadLetters", "{}");
    invokeLater("CompleteSnapshot", "{}");
    simulation.after(Duration.ofHours(1), this::hourly);
  }

  private void minutely() {
    invokeLater("StartRun", "{\"turns\":true,\"gauges\":true}");
    simulation.after(Duration.ofMinutes(1), this::minutely);
  }

  private void giveTurns() {
    invokeLater("StartRun", "{\"turns\":true}");
  }

  private void invokeLater(String function, String input) {
    lambda.invokeLater(function, input, () -> giveUp(function));
  }

  private void giveUp(String function) {
    invocationsGivenUp++;
    String record =
        MessageJson.writeText(
            Map.of(
                "requestContext",
                Map.of("functionArn", function, "condition", "RetriesExhausted")));
    var _ = queues.send(failedCalls, record, Duration.ZERO, Map.of());
  }

  private void changed(StatusChange change) {
    executions.accept(change);
    String status = String.valueOf(change.execution().status());
    if (!status.equals("RUNNING")) {
      simulation.after(Duration.ofSeconds(1), this::giveTurns);
    }
    if (Set.of("FAILED", "ABORTED", "TIMED_OUT").contains(status)) {
      Map<String, Object> detail = new LinkedHashMap<>();
      detail.put("name", change.execution().name());
      detail.put("status", status);
      detail.put("input", change.input());
      detail.put("error", change.error());
      detail.put("cause", change.cause());
      String event = MessageJson.writeText(Map.of("detail", detail));
      simulation.after(Duration.ofSeconds(1), () -> invokeLater("EndRun", event));
    }
  }

  /** What an environment's SDK speaks with. */
  private final class Clients implements AwsClients {
    private final Line line;
    private final Processor processor;
    private final Consumer<String> writes;

    Clients(Line line, Processor processor, Consumer<String> writes) {
      this.line = line;
      this.processor = processor;
      this.writes = writes;
    }

    @Override
    public DynamoDbClient dynamoDb() {
      return new SimulatedDynamoDb(table, tableCapacity, line, meter, timeToLive, writes);
    }

    @Override
    public S3Client s3() {
      return new SimulatedS3(
          bucket, line, (key, body) -> processor.bytes(RealBytes.of(key, body, scale)));
    }

    @Override
    public SqsClient sqs() {
      return new SimulatedSqs(simulation, queues, line);
    }

    @Override
    public EbsClient ebs() {
      return ebs.ebs(new Puts(line, processor));
    }

    @Override
    public Ec2Client ec2() {
      return ebs.ec2(line);
    }

    @Override
    public SfnClient sfn() {
      return new SimulatedSfnClient(stepFunctions, line);
    }

    @Override
    public SchedulerClient scheduler() {
      return scheduler.client(line);
    }

    @Override
    public EventBridgeClient eventBridge() {
      return new SimulatedEventBridge(events, line);
    }

    @Override
    public KmsClient kms() {
      return ebs.kms(line);
    }

    /** Nothing is launched here: an application's operations are not part of what is simulated. */
    @Override
    public CloudFormationClient cloudFormation() {
      return new NoCloudFormation();
    }

    @Override
    public LambdaClient lambda() {
      return new SimulatedLambdaClient(line);
    }

    @Override
    public SsmClient ssm() {
      return new NoCommands();
    }

    @Override
    public ApplicationDiscoveryClient applicationDiscovery() {
      return new NoDiscovery();
    }
  }

  /**
   * A block that stands for many takes as long as they do, or else the functions would run into the
   * scaled rate all the time, and never into the real one.
   */
  private final class Puts implements Line {
    private final Line line;
    private final Processor processor;

    Puts(Line line, Processor processor) {
      this.line = line;
      this.processor = processor;
    }

    @Override
    public <T> T call(String service, String operation, String about, Supplier<T> action) {
      if (operation.equals("PutSnapshotBlock")) {
        processor.bytes((long) scale * DiskGeometry.BLOCK_BYTES);
        if (scale > 1) {
          simulation.sleep(callFaults.latency().multipliedBy(scale - 1));
        }
      }
      return line.call(service, operation, about, action);
    }
  }

  /** What the state machine calls. */
  private final class FunctionsAndQueues implements Integrations {
    @Override
    public void invoke(String functionArn, String payload, Answer answer) {
      lambda.invoke(
          functionArn,
          payload,
          new Lambda.Callback() {
            @Override
            public void succeeded(Object result) {
              answer.succeed((String) result);
            }

            @Override
            public void failed(String error, String message) {
              answer.fail(
                  error,
                  MessageJson.writeText(Map.of("errorType", error, "errorMessage", message)));
            }
          });
    }

    @Override
    public void startExecution(String stateMachineArn, String name, String input, Answer answer) {
      simulation.after(
          callFaults.latency(),
          () -> {
            try {
              stepFunctions.start(stateMachineArn, name, input);
              answer.succeed(
                  MessageJson.writeText(Map.of("ExecutionArn", stepFunctions.executionArn(name))));
            } catch (SfnException e) {
              answer.fail(
                  "StepFunctions." + e.awsErrorDetails().errorCode() + "Exception", e.getMessage());
            }
          });
    }

    @Override
    public void sendMessage(String queueUrl, String body, Answer answer) {
      simulation.after(
          callFaults.latency(),
          () -> {
            String id = queues.send(queueUrl, body, Duration.ZERO, Map.of());
            answer.succeed(MessageJson.writeText(Map.of("MessageId", id)));
          });
    }
  }

  /** Declares a connector: makes its queue. */
  public String declare(ConnectorId connector) {
    return workQueue(TASK_QUEUES + connector, "tasks");
  }

  /** What the process of a connector speaks with. */
  public SimulatedConnector.OfConnector clientsOf(String process, Link link) {
    // A connector's death is its site's business, so a call never kills it.
    Line line =
        new ServiceLine(
            simulation,
            process,
            new CallFaults(withoutDeaths(), simulation.newRandom(), severity),
            new ServiceLine.Surroundings(outages, link, meter),
            CONNECTOR_ATTEMPTS,
            () -> {});
    return new SimulatedConnector.OfConnector(
        new SimulatedS3(bucket, line, (key, body) -> link.carry(RealBytes.of(key, body, scale))),
        new SimulatedSqs(simulation, queues, line),
        new SimulatedSfnClient(stepFunctions, line));
  }

  private Set<FaultKind> withoutDeaths() {
    Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
    kinds.addAll(faults);
    kinds.remove(FaultKind.FUNCTIONS);
    return kinds;
  }

  /** What the API answered. */
  public record ApiAnswer(int status, String body) {}

  /** Calls SMS's API from the calling thread of a process. */
  public ApiAnswer callSms(String operation, String body) {
    return callApi("AWSServerMigrationService_V2016_10_24." + operation, body);
  }

  /** The same with Drover's own. */
  public ApiAnswer callDrover(String operation, String body) {
    return callApi("Drover_V1." + operation, body);
  }

  private ApiAnswer callApi(String target, String body) {
    APIGatewayProxyRequestEvent event = new APIGatewayProxyRequestEvent();
    event.setHttpMethod("POST");
    event.setPath("/");
    event.setHeaders(Map.of("X-Amz-Target", target, "Content-Type", "application/x-amz-json-1.1"));
    APIGatewayProxyRequestEvent.ProxyRequestContext gateway =
        new APIGatewayProxyRequestEvent.ProxyRequestContext();
    APIGatewayProxyRequestEvent.RequestIdentity caller =
        new APIGatewayProxyRequestEvent.RequestIdentity();
    caller.setUserArn("arn:aws:iam::000000000000:root");
    gateway.setIdentity(caller);
    event.setRequestContext(gateway);
    event.setBody(body);
    CompletableFuture<ApiAnswer> answer = new CompletableFuture<>();
    lambda.invoke(
        "SmsApi",
        event,
        new Lambda.Callback() {
          @Override
          public void succeeded(Object result) {
            APIGatewayProxyResponseEvent response = (APIGatewayProxyResponseEvent) result;
            answer.complete(new ApiAnswer(response.getStatusCode(), response.getBody()));
          }

          @Override
          public void failed(String error, String message) {
            answer.complete(new ApiAnswer(502, error + ": " + message));
          }
        });
    return answer.join();
  }

  /** The table without a line to it. */
  public State stateForOracle() {
    return table.state(0);
  }

  /** How many items of the table disappeared when their time was over. */
  public long expiredItems() {
    return timeToLive.expired();
  }

  /** The bucket. */
  public Bucket bucket() {
    return bucket;
  }

  /** The functions. */
  public Lambda lambda() {
    return lambda;
  }

  /** EBS and EC2. */
  public EbsAccount ebs() {
    return ebs;
  }

  /** What a completed snapshot holds, if it still exists. */
  public Optional<SnapshotContent> snapshotContent(SnapshotId id) {
    return ebs.isCompleted(id) ? Optional.of(ebs.content(id)) : Optional.empty();
  }

  /** How often EBS refused for want of quota. */
  public long quotaRefusals() {
    return ebs.use().quotaRefusalCount();
  }

  /** Whether the image exists and can be launched. */
  public boolean isAvailable(String amiId) {
    return ebs.isAvailable(amiId);
  }

  /** Whether an execution of that name runs. */
  public boolean isRunning(String execution) {
    ExecutionSummary summary = stepFunctions.describe(execution);
    return summary != null && summary.ended() == null;
  }

  /** Somebody stops an execution in the console. */
  public void abort(String execution) {
    var _ =
        stepFunctions.stop(stepFunctions.executionArn(execution), "Operator", "stopped by hand");
  }

  /** What the services were asked. */
  public Meter meter() {
    return meter;
  }

  /** The state machine's executions. */
  public StepFunctions stepFunctions() {
    return stepFunctions;
  }

  /** The queues. */
  public Queues queues() {
    return queues;
  }

  /** Schedules. */
  public SchedulerService scheduler() {
    return scheduler;
  }

  /** What was put on the bus of events, oldest first. */
  public List<PutEventsRequestEntry> events() {
    return Collections.unmodifiableList(events);
  }

  /** How many segments waited to be applied at once, at most, in any environment's queue. */
  public int mostSegmentsWaiting() {
    return segmentQueues.values().stream().mapToInt(queues::mostDepth).max().orElse(0);
  }

  /** The queue of reports that wait to be worked in. */
  public String reportQueue() {
    return reportQueue;
  }

  /** How many calls for which nobody waited were given up. */
  public long invocationsGivenUp() {
    return invocationsGivenUp;
  }

  /** How many events of segments were sent, by S3 or again by functions. */
  public long segmentEvents() {
    return segmentQueues.values().stream().mapToLong(queues::sent).sum();
  }

  /** How many of them functions postponed. */
  public long segmentEventsPostponed() {
    return segmentQueues.values().stream().mapToLong(queues::postponed).sum();
  }

  /** How often one of them was postponed within two minutes, at most. */
  public int mostPostponements() {
    return segmentQueues.values().stream().mapToInt(queues::mostPostponed).max().orElse(0);
  }
}
