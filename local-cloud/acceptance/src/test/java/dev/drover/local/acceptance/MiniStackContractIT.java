package dev.drover.local.acceptance;

import dev.drover.functions.account.Executions;
import dev.drover.functions.account.ExecutionsContract;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.ObjectStoreContract;
import dev.drover.functions.account.Queues;
import dev.drover.functions.account.QueuesContract;
import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.account.RunScheduleContract;
import dev.drover.functions.account.TaskTokens;
import dev.drover.functions.account.TaskTokensContract;
import dev.drover.functions.account.Weakness;
import dev.drover.functions.aws.S3Objects;
import dev.drover.functions.aws.SchedulerRunSchedule;
import dev.drover.functions.aws.SfnExecutions;
import dev.drover.functions.aws.SfnTaskTokens;
import dev.drover.functions.aws.SqsQueues;
import dev.drover.local.launcher.cloud.Pause;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionListItem;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The adapters over S3, SQS, Scheduler and Step Functions keep their ports' contracts against
 * MiniStack, in a bucket, a schedule group and a state machine of their own.
 */
@ExtendWith(SharedCloud.class)
class MiniStackContractIT {
  private static final String NAME = "drover-contract";

  /** Long enough that a message that was just sent comes. */
  private static final int RECEIVE_SECONDS = 5;

  private static S3Client s3;
  private static SqsClient sqs;
  private static SchedulerClient scheduler;
  private static SfnClient sfn;
  private static String stateMachineArn;

  @BeforeAll
  static void connect(DeployedStack stack) {
    URI endpoint = URI.create(stack.cloud().endpointUrl());
    s3 = LocalClients.at(endpoint, S3Client.builder().forcePathStyle(true));
    sqs = LocalClients.at(endpoint, SqsClient.builder());
    scheduler = LocalClients.at(endpoint, SchedulerClient.builder());
    sfn = LocalClients.at(endpoint, SfnClient.builder());
    s3.createBucket(create -> create.bucket(NAME));
    scheduler.createScheduleGroup(create -> create.name(NAME));
    stateMachineArn =
        sfn.createStateMachine(
                create ->
                    create
                        .name(NAME)
                        .roleArn("arn:aws:iam::000000000000:role/contract")
                        .definition(
                            """
                            {"StartAt": "Wait", "States": {"Wait": {
                              "Type": "Wait", "Seconds": 600, "End": true}}}
                            """))
            .stateMachineArn();
  }

  @Nested
  class Objects extends ObjectStoreContract {
    @Override
    protected ObjectStore objects() {
      return new S3Objects(s3, NAME, "000000000000");
    }

    @Override
    protected Map<Weakness, String> weaknesses() {
      return Map.of(
          Weakness.DELETES_ANY_NUMBER_OF_KEYS, "MiniStack does not count DeleteObjects' keys");
    }
  }

  @Nested
  class Messages extends QueuesContract {
    @Override
    protected Queues queues() {
      return new SqsQueues(sqs);
    }

    @Override
    protected Map<Weakness, String> weaknesses() {
      return Map.of(Weakness.DELAYS_WITHOUT_LIMIT, "MiniStack takes any DelaySeconds of a message");
    }

    @Override
    protected String create(String queueName) {
      return sqs.createQueue(create -> create.queueName(queueName)).queueUrl();
    }

    @Override
    protected List<Received> receive(String queueUrl) {
      return sqs
          .receiveMessage(
              receive ->
                  receive
                      .queueUrl(queueUrl)
                      .maxNumberOfMessages(10)
                      .waitTimeSeconds(RECEIVE_SECONDS)
                      .messageAttributeNames("All"))
          .messages()
          .stream()
          .map(
              message ->
                  new Received(
                      message.body(),
                      message.messageAttributes().entrySet().stream()
                          .collect(
                              Collectors.toMap(
                                  Map.Entry::getKey,
                                  number -> Long.valueOf(number.getValue().stringValue())))))
          .toList();
    }
  }

  @Nested
  class Schedules extends RunScheduleContract {
    @Override
    protected RunSchedule schedule() {
      return new SchedulerRunSchedule(scheduler, NAME);
    }

    @Override
    protected Optional<Instant> timeOf(JobId jobId, RunId runId) {
      try {
        String expression =
            scheduler
                .getSchedule(get -> get.groupName(NAME).name(jobId + "." + runId))
                .scheduleExpression();
        return Optional.of(
            Instant.parse(expression.substring("at(".length(), expression.length() - 1) + "Z"));
      } catch (ResourceNotFoundException e) {
        return Optional.empty();
      }
    }
  }

  @Nested
  class Starts extends ExecutionsContract {
    @Override
    protected Executions executions() {
      return new SfnExecutions(sfn, stateMachineArn);
    }

    @Override
    protected List<String> inputs(String executionName) {
      return sfn.listExecutions(list -> list.stateMachineArn(stateMachineArn)).executions().stream()
          .filter(execution -> execution.name().equals(executionName))
          .map(ExecutionListItem::executionArn)
          .map(arn -> sfn.describeExecution(describe -> describe.executionArn(arn)).input())
          .toList();
    }
  }

  @Nested
  class Tokens extends TaskTokensContract {
    private final Map<String, String> executions = new HashMap<>();

    @Override
    protected TaskTokens tokens() {
      return new SfnTaskTokens(sfn);
    }

    @Override
    protected String open() {
      String name = NAME + "-" + UUID.randomUUID();
      String queue = sqs.createQueue(create -> create.queueName(name)).queueUrl();
      String waiting =
          """
          {"StartAt": "Wait", "QueryLanguage": "JSONata", "States": {"Wait": {
            "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Arguments": {"QueueUrl": "%s", "MessageBody": "{%% $states.context.Task.Token %%}"},
            "End": true}}}
          """
              .formatted(queue);
      String machine =
          sfn.createStateMachine(
                  create ->
                      create
                          .name(name)
                          .roleArn("arn:aws:iam::000000000000:role/contract")
                          .definition(waiting))
              .stateMachineArn();
      String execution = sfn.startExecution(start -> start.stateMachineArn(machine)).executionArn();
      String token =
          sqs.receiveMessage(receive -> receive.queueUrl(queue).waitTimeSeconds(RECEIVE_SECONDS))
              .messages()
              .getFirst()
              .body();
      executions.put(token, execution);
      return token;
    }

    @Override
    protected String output(String token) {
      Instant deadline = Instant.now().plusSeconds(RECEIVE_SECONDS);
      DescribeExecutionResponse execution = describe(token);
      while (execution.status() == ExecutionStatus.RUNNING && Instant.now().isBefore(deadline)) {
        Pause.interruptibly(Duration.ofMillis(50));
        execution = describe(token);
      }
      return String.valueOf(execution.output());
    }

    private DescribeExecutionResponse describe(String token) {
      return sfn.describeExecution(describe -> describe.executionArn(executions.get(token)));
    }
  }
}
