package dev.drover.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The simulation of the fleet does not see this module, so what it copies is compared here. */
class SimulationTest {
  private static final Path COPY =
      Path.of(
          "../local-cloud/simulation/src/main/resources/dev/drover/local/simulation/aws",
          "deployed.properties");

  private final Template template = Template.aws();
  private final Map<String, String> declared = new TreeMap<>();

  @Test
  void whatTheSimulationCopies_isWhatIsDeployed() throws IOException {
    for (DeclaredFunction function : DeclaredFunction.values()) {
      JsonNode properties = template.function(function.constructId()).get("Properties");
      declare(function.constructId() + ".timeoutSeconds", properties.at("/Timeout").asLong());
      declare(function.constructId() + ".memoryMib", properties.at("/MemorySize").asLong());
    }
    queue("segments", "Segments");
    queue("reports", "Reports");
    queue("tasks", "Tasks");
    template
        .resources("AWS::Lambda::EventSourceMapping")
        .values()
        .forEach(
            mapping -> {
              JsonNode most = mapping.at("/Properties/ScalingConfig/MaximumConcurrency");
              if (!most.isMissingNode()) {
                declare("segments.concurrency", most.asLong());
              }
            });
    template
        .resources("AWS::S3::Bucket")
        .values()
        .forEach(
            bucket ->
                bucket
                    .at("/Properties/LifecycleConfiguration/Rules")
                    .forEach(
                        rule -> {
                          if (rule.has("ExpirationInDays")) {
                            declare(
                                rule.get("Prefix").asText().replace("/", "") + ".lifetimeDays",
                                rule.get("ExpirationInDays").asLong());
                          }
                        }));

    assertThat(copied()).isEqualTo(declared);
  }

  private void queue(String name, String constructs) {
    template
        .resources("AWS::SQS::Queue")
        .forEach(
            (id, queue) -> {
              if (id.contains(constructs) && queue.at("/Properties").has("RedrivePolicy")) {
                declare(
                    name + ".visibilitySeconds",
                    queue.at("/Properties/VisibilityTimeout").asLong());
                declare(
                    name + ".retentionSeconds",
                    queue.at("/Properties/MessageRetentionPeriod").asLong());
              }
            });
  }

  private void declare(String key, long value) {
    declared.put(key, Long.toString(value));
  }

  private static Map<String, String> copied() throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(COPY)) {
      properties.load(reader);
    }
    Map<String, String> copied = new TreeMap<>();
    properties.forEach((key, value) -> copied.put((String) key, (String) value));
    return copied;
  }
}
