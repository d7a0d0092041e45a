package dev.drover.infra;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/** The queues by which connectors get their tasks, one each. */
final class TaskQueues extends Construct {
  /** A connector writes a task into its journal and deletes the message at once. */
  private static final Duration VISIBILITY = Duration.minutes(1);

  /**
   * A task that nobody took for 5 minutes is handed out anew with another token (HeartbeatSeconds
   * of replicate-run), so an old message is only noise for a connector that comes back.
   */
  private static final Duration RETENTION = Duration.hours(1);

  /** A queue's name is this and the connector's id. */
  private final String namePrefix;

  private final Map<ConnectorDeclaration, WorkQueue> queues = new LinkedHashMap<>();

  TaskQueues(Construct scope, String id, DroverSettings settings) {
    super(scope, id);
    this.namePrefix = settings.stackName() + "-tasks-";
    for (ConnectorDeclaration connector : settings.connectors()) {
      String name = namePrefix + connector.id();
      queues.put(
          connector, new WorkQueue(this, connector.pascalName(), name, VISIBILITY, RETENTION));
    }
  }

  Map<ConnectorDeclaration, WorkQueue> byConnector() {
    return Map.copyOf(queues);
  }

  /** What tells a function where they are. */
  Map<String, String> variables() {
    return Map.of("DROVER_TASK_QUEUE_PREFIX", namePrefix);
  }

  void allowFind(DroverFunction function) {
    statement("sqs:GetQueueUrl").forEach(function::allow);
  }

  /** To find one and to send to it. */
  void allowSend(DroverFunction function) {
    statement("sqs:GetQueueUrl", "sqs:SendMessage").forEach(function::allow);
  }

  /** One statement over exactly the declared queues; none when no connector is declared. */
  List<PolicyStatement> statement(String... actions) {
    List<String> arns = new ArrayList<>();
    queues.values().forEach(queue -> arns.add(queue.queue().getQueueArn()));
    return arns.isEmpty()
        ? List.of()
        : List.of(
            PolicyStatement.Builder.create().actions(List.of(actions)).resources(arns).build());
  }
}
