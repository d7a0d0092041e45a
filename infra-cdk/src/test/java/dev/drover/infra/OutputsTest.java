package dev.drover.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the stack prints is what the launcher and the operator read. */
class OutputsTest {
  private final Template template = Template.aws();

  @Test
  void outputs_always_areThoseOfTheContract() {
    assertThat(template.json().get("Outputs").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "ApiUrl",
            "BucketName",
            "TableName",
            "SegmentQueuePrefix",
            "SegmentFunctionArn",
            "ReportQueueUrl",
            "ReplicateRunArn",
            "ConnectorSite1Config",
            "ConnectorSite1PolicyArn");
    assertThat(
            template
                .aliases()
                .get(template.json().at("/Outputs/SegmentFunctionArn/Value/Ref").asText()))
        .isEqualTo("Drover-Segment");
  }

  @Test
  void connectorConfig_ofADeclaredConnector_isJsonOfItsFirstFiveKeys() throws Exception {
    JsonNode value = template.json().at("/Outputs/ConnectorSite1Config/Value");
    Map<String, String> config = new TreeMap<>();
    new ObjectMapper()
        .readTree(Template.render(value))
        .properties()
        .forEach(entry -> config.put(entry.getKey(), entry.getValue().asText()));
    assertThat(config)
        .containsOnlyKeys("connectorId", "environment", "region", "bucket", "taskQueueUrl")
        .containsEntry("connectorId", "c-c8c0c53255d8b6680")
        .containsEntry("environment", "site")
        .containsEntry("region", "${AWS::Region}");
    assertThat(config.get("bucket")).startsWith("${DataBucket");
    assertThat(config.get("taskQueueUrl")).startsWith("${TasksSite1Queue");
  }

  @Test
  void taskQueue_ofAConnector_isNamedByItsId() {
    assertThat(template.resources("AWS::SQS::Queue").values())
        .extracting(queue -> queue.at("/Properties/QueueName").asText())
        .contains("Drover-tasks-c-c8c0c53255d8b6680", "Drover-tasks-c-c8c0c53255d8b6680-dead");
  }

  @Test
  void refusals_ofTheGateway_carryATypeThatOldClientsMap() {
    assertThat(template.resources("AWS::ApiGateway::GatewayResponse").values())
        .hasSizeGreaterThan(2)
        .allSatisfy(
            response ->
                assertThat(response.at("/Properties/ResponseTemplates"))
                    .allSatisfy(
                        body ->
                            assertThat(body.asText())
                                .matches(
                                    "\\{\"__type\":\"\\w+\",\"message\":\\$context\\.error\\.messageString}")))
        .extracting(response -> response.at("/Properties/ResponseType").asText())
        .contains("ACCESS_DENIED", "DEFAULT_4XX", "DEFAULT_5XX");
  }
}
