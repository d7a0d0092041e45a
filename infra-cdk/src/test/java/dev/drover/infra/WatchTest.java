package dev.drover.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.drover.functions.job.Gauges;
import dev.drover.functions.log.EventLog;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What nobody would see has an alarm, and what an alarm looks at exists. */
class WatchTest {
  private static final String ALARM = "AWS::CloudWatch::Alarm";

  private final Template template = Template.aws();

  private Map<String, JsonNode> alarms() {
    Map<String, JsonNode> byName = new TreeMap<>();
    template.resources(ALARM).values().stream()
        .map(alarm -> alarm.get("Properties"))
        .forEach(alarm -> byName.put(alarm.get("AlarmName").asText(), alarm));
    return byName;
  }

  @Test
  void alarms_areThese() {
    assertThat(alarms().keySet())
        .containsExactly(
            "Drover-ConnectorsMissing",
            "Drover-DeadLetters-failed-calls",
            "Drover-DeadLetters-reports",
            "Drover-DeadLetters-segments-site",
            "Drover-DeadLetters-tasks-site-1",
            "Drover-Failing-DeadLetters",
            "Drover-Failing-SweepLeftovers",
            "Drover-NobodyStartsRuns",
            "Drover-PendingSnapshots",
            "Drover-RunsStalled",
            "Drover-Throttled-Report",
            "Drover-Throttled-Segment",
            "Drover-Throttled-SmsApi",
            "Drover-Throttled-StartRun");
    assertThat(alarms().values())
        .allSatisfy(
            alarm -> {
              assertThat(alarm.get("AlarmDescription").asText()).endsWith(".");
              assertThat(alarm.get("TreatMissingData").asText()).isNotEqualTo("missing");
              assertThat(alarm.has("AlarmActions")).isFalse();
            });
  }

  /** A queue that nobody reads by itself, because what is in it could not be handled. */
  @Test
  void everyQueueWithoutDeadLetters_isWatched() {
    Map<String, JsonNode> queues = template.resources("AWS::SQS::Queue");
    Set<String> last =
        queues.entrySet().stream()
            .filter(queue -> queue.getValue().at("/Properties/RedrivePolicy").isMissingNode())
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    Set<String> watched = new HashSet<>();
    for (JsonNode alarm : alarms().values()) {
      if (alarm.get("Namespace").asText().equals("AWS/SQS")) {
        assertThat(alarm.get("MetricName").asText())
            .isEqualTo("ApproximateNumberOfMessagesVisible");
        watched.add(alarm.at("/Dimensions/0/Value/Fn::GetAtt/0").asText());
      }
    }
    assertThat(watched).isEqualTo(last);
  }

  @Test
  void gauges_areThoseThatTheFunctionTells() throws IOException {
    Set<String> looked = new HashSet<>();
    for (JsonNode alarm : alarms().values()) {
      if (alarm.get("Namespace").asText().equals(EventLog.METRICS)) {
        looked.add(alarm.get("MetricName").asText());
        assertThat(alarm.at("/Dimensions/0/Name").asText()).isEqualTo("Stack");
        assertThat(alarm.at("/Dimensions/0/Value").asText()).isEqualTo("Drover");
      }
    }
    assertThat(looked).isSubsetOf(Gauges.NAMES);
    JsonNode dashboard = dashboard();
    Set<String> shown = new HashSet<>();
    for (JsonNode widget : dashboard.get("widgets")) {
      for (JsonNode metric : widget.at("/properties/metrics")) {
        if (metric.get(0).asText().equals(EventLog.METRICS)) {
          shown.add(metric.get(1).asText());
        }
      }
    }
    assertThat(shown).isSubsetOf(Gauges.NAMES).containsAll(Set.of("RunsWaiting", "RunsStalled"));
  }

  /** The body is joined from texts and references; the latter are names here. */
  private JsonNode dashboard() throws IOException {
    JsonNode body =
        template
            .resources("AWS::CloudWatch::Dashboard")
            .values()
            .iterator()
            .next()
            .at("/Properties/DashboardBody");
    StringBuilder text = new StringBuilder();
    for (JsonNode part : body.at("/Fn::Join/1")) {
      text.append(part.isTextual() ? part.asText() : "reference");
    }
    return new ObjectMapper().readTree(text.toString());
  }

  @Test
  void withATopic_everyAlarmTellsIt_whenItBeginsAndWhenItEnds() {
    String arn = "arn:aws:sns:eu-west-1:123456789012:pager";

    assertThat(Template.withAlarmTopic(arn).resources(ALARM).values())
        .hasSameSizeAs(alarms().values())
        .allSatisfy(
            alarm -> {
              assertThat(alarm.at("/Properties/AlarmActions/0").asText()).isEqualTo(arn);
              assertThat(alarm.at("/Properties/OKActions/0").asText()).isEqualTo(arn);
            });
  }
}
