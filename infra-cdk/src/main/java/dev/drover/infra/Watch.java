package dev.drover.infra;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.IWidget;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/**
 * Alarms for what nobody would see: each says in its description what it means and what to do. And
 * a dashboard of the same metrics.
 *
 * <p>One alarm looks at one metric: an alarm over an expression would be fewer of them, but names
 * neither queue nor function.
 */
final class Watch extends Construct {
  /** As the functions say it: dev.drover.functions.log.EventLog. */
  private static final String NAMESPACE = "Drover";

  private static final Duration MINUTES = Duration.minutes(5);
  private static final int NEARLY_ALL_PERCENT = 95;
  private static final int WIDTH = 12;

  /** Only what is missing breaches. */
  private static final double MORE_THAN_THERE_CAN_BE = 1e9;

  private final @Nullable SnsAction action;
  private final List<IMetric> deadLetters = new ArrayList<>();
  private final List<IMetric> throttles = new ArrayList<>();
  private final List<IMetric> errors = new ArrayList<>();

  /**
   * Watches nothing yet but the runs and the connectors.
   *
   * @param topicArn where alarms are told; null: nowhere, they are seen in CloudWatch
   */
  Watch(Construct scope, String id, @Nullable String topicArn) {
    super(scope, id);
    this.action =
        topicArn == null ? null : new SnsAction(Topic.fromTopicArn(this, "Topic", topicArn));
    alarm(
        "RunsStalled",
        gauge("RunsStalled"),
        1,
        3,
        TreatMissingData.IGNORE,
        "Runs have made nothing durable for over an hour. GetReplicationRuns says in each one's"
            + " statusMessage what it waits for; after drover:patienceHours it fails and is kept.");
    alarm(
        "ConnectorsMissing",
        gauge("ConnectorsMissing"),
        1,
        3,
        TreatMissingData.IGNORE,
        "A connector is silent, or takes no tasks: Drover_V1.GetConnectors says which and since"
            + " when. One that is gone for good is taken out by DisassociateConnector.");
    alarm(
        "PendingSnapshots",
        gauge("PendingSnapshotsReservedPercent"),
        NEARLY_ALL_PERCENT,
        12,
        TreatMissingData.IGNORE,
        "For an hour runs have had nearly all pending snapshots that drover:pendingSnapshots gives"
            + " them, so that others wait. Have the quota raised if first copies take too long.");
    alarm(
        "NobodyStartsRuns",
        gauge("RunsWaiting"),
        MORE_THAN_THERE_CAN_BE,
        3,
        TreatMissingData.BREACHING,
        "The function StartRun has said nothing for 15 minutes: no run begins. Its log says why.");
  }

  /** What nobody could handle is there to be looked at. */
  void deadLetters(String of, Queue queue) {
    Metric metric = queue.metricApproximateNumberOfMessagesVisible(options());
    deadLetters.add(metric);
    alarm(
        "DeadLetters-" + of,
        metric,
        1,
        1,
        TreatMissingData.NOT_BREACHING,
        "Messages that were tried to the end: "
            + of
            + ". They are kept for 14 days; the function's log says why they failed.");
  }

  /** Lambda has no room for a function that nobody waits for. */
  void throttled(DroverFunction function) {
    Metric metric = function.metric("Throttles", MINUTES);
    throttles.add(metric);
    alarm(
        "Throttled-" + function.getNode().getId(),
        metric,
        1,
        3,
        TreatMissingData.NOT_BREACHING,
        "Lambda refuses calls of "
            + function.getNode().getId()
            + " for want of concurrency: the account's quota is used up by whoever is in it.");
  }

  /** What a function that runs by the clock could not do is not done. */
  void failing(DroverFunction function, String what) {
    Metric metric = function.metric("Errors", Duration.hours(1));
    errors.add(metric);
    alarm(
        "Failing-" + function.getNode().getId(),
        metric,
        1,
        2,
        TreatMissingData.NOT_BREACHING,
        what + " failed two hours in a row; the function's log names each that failed.");
  }

  /** After everything that is watched is known. */
  void dashboard(Collection<WorkQueue> queues) {
    Map<String, List<IMetric>> graphs = new LinkedHashMap<>();
    graphs.put("Runs", gauges("RunsAtWork", "RunsWaiting", "RunsKept", "RunsStalled"));
    graphs.put("Longest wait for a turn, minutes", gauges("LongestWaitMinutes"));
    graphs.put("Pending snapshots reserved", gauges("PendingSnapshotsReserved"));
    graphs.put("Connectors", gauges("ConnectorsHealthy", "ConnectorsMissing"));
    graphs.put(
        "Messages that wait",
        queues.stream()
            .map(
                queue ->
                    (IMetric) queue.queue().metricApproximateNumberOfMessagesVisible(options()))
            .toList());
    graphs.put("Dead letters", deadLetters);
    graphs.put("Throttled calls of functions", throttles);
    graphs.put("Failed sweeps", errors);
    List<IWidget> widgets = new ArrayList<>();
    graphs.forEach(
        (title, metrics) ->
            widgets.add(
                GraphWidget.Builder.create().title(title).left(metrics).width(WIDTH).build()));
    Dashboard.Builder.create(this, "Dashboard")
        .dashboardName(Stack.of(this).getStackName())
        .widgets(List.of(widgets))
        .build();
  }

  /** Without a label: CDK would make an expression of the metric. */
  private static MetricOptions options() {
    return MetricOptions.builder().statistic(Stats.MAXIMUM).period(MINUTES).build();
  }

  private List<IMetric> gauges(String... names) {
    return List.of(names).stream().map(name -> (IMetric) gauge(name)).toList();
  }

  /** Told each minute, see dev.drover.functions.job.Gauges. */
  private Metric gauge(String name) {
    return Metric.Builder.create()
        .namespace(NAMESPACE)
        .metricName(name)
        .dimensionsMap(Map.of("Stack", Stack.of(this).getStackName()))
        .statistic(Stats.MAXIMUM)
        .period(MINUTES)
        .build();
  }

  private void alarm(
      String id,
      Metric metric,
      double threshold,
      int periods,
      TreatMissingData missing,
      String description) {
    Alarm alarm =
        Alarm.Builder.create(this, id)
            .alarmName(Stack.of(this).getStackName() + "-" + id)
            .alarmDescription(description)
            .metric(metric)
            .threshold(threshold)
            .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
            .evaluationPeriods(periods)
            .treatMissingData(missing)
            .build();
    if (action != null) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }
}
