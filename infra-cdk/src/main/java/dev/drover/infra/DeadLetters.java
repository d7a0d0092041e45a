package dev.drover.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/** Every hour, what could not be done is read: sent again where that is safe, else told. */
final class DeadLetters extends Construct {
  private final DroverFunction function;

  DeadLetters(
      Construct scope,
      String id,
      FunctionFactory functions,
      SegmentApply segments,
      Reports reports,
      TaskQueues tasks,
      FailedInvocations failed) {
    super(scope, id);
    Map<String, String> variables = new TreeMap<>(tasks.variables());
    variables.put("DROVER_SEGMENT_QUEUE_PREFIX", segments.namePrefix());
    variables.put("DROVER_REPORT_QUEUE_URL", reports.queue().queue().getQueueUrl());
    variables.put("DROVER_REPORT_DEAD_LETTERS_URL", reports.queue().deadLetters().getQueueUrl());
    variables.put("DROVER_FAILED_CALLS_URL", failed.queue().getQueueUrl());
    this.function = functions.create(this, DeclaredFunction.DEAD_LETTERS, variables);
    List<Queue> named =
        Stream.concat(segments.queues().values().stream(), tasks.byConnector().values().stream())
            .map(WorkQueue::deadLetters)
            .toList();
    allow(named, "sqs:GetQueueUrl");
    List<Queue> all = new ArrayList<>(named);
    all.add(reports.queue().deadLetters());
    all.add(failed.queue());
    allow(all, "sqs:DeleteMessage", "sqs:ReceiveMessage");
    reports.allowSend(function);
    segments.allowSend(function);
    RuleCall.hourly(this, "Hourly", "read what could not be done, and try again", function);
  }

  private void allow(List<Queue> queues, String... actions) {
    if (!queues.isEmpty()) {
      function.allow(
          PolicyStatement.Builder.create()
              .actions(List.of(actions))
              .resources(queues.stream().map(Queue::getQueueArn).sorted().toList())
              .build());
    }
  }

  DroverFunction function() {
    return function;
  }
}
