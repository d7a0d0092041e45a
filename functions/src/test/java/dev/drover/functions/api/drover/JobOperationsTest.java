package dev.drover.functions.api.drover;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.Job;
import dev.drover.functions.world.World;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ZeroPolicy;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JobOperationsTest {
  private static final String ENCRYPTED_JOB =
      TestApi.CREATE_JOB.replace("}", ", \"encrypted\": true}");

  private final TestApi api = new TestApi();
  private final World world = api.world;

  private APIGatewayProxyResponseEvent send(String target, String body) {
    return api.send(TestApi.event(Map.of("X-Amz-Target", target), body));
  }

  private String answer(String operation, String body) {
    APIGatewayProxyResponseEvent response = send("Drover_V1." + operation, body);
    assertThat(response.getStatusCode()).as(response.getBody()).isEqualTo(200);
    return response.getBody();
  }

  private void refused(String operation, String body, String code, String sentence) {
    APIGatewayProxyResponseEvent response = send("Drover_V1." + operation, body);
    assertThat(response.getStatusCode()).isEqualTo(400);
    assertThat(TestApi.json(response.getBody()).path("__type").asText()).endsWith(code);
    assertThat(TestApi.json(response.getBody()).path("message").asText()).isEqualTo(sentence);
  }

  private JobId job(String request) {
    APIGatewayProxyResponseEvent response =
        send("AWSServerMigrationService_V2016_10_24.CreateReplicationJob", request);
    return new JobId(TestApi.json(response.getBody()).path("replicationJobId").asText());
  }

  private static String settings(JobId id, String zeroBlocks) {
    return "{\"replicationJobId\":\"%s\",\"zeroBlocks\":\"%s\"}".formatted(id, zeroBlocks);
  }

  @Test
  void settings_ofANewJob_sendZerosUntilOneSaysOtherwise() {
    JobId id = job(TestApi.CREATE_JOB);
    String get = "{\"replicationJobId\": \"%s\"}".formatted(id);

    assertThat(answer("GetReplicationJobSettings", get)).isEqualTo(settings(id, "send"));
    assertThat(answer("PutReplicationJobSettings", settings(id, "omit")))
        .isEqualTo(settings(id, "omit"));
    assertThat(answer("GetReplicationJobSettings", get)).isEqualTo(settings(id, "omit"));
    assertThat(answer("PutReplicationJobSettings", settings(id, "send")))
        .isEqualTo(settings(id, "send"));
  }

  @Test
  void put_omit_leavesTheRestOfTheJobAsItIs() {
    JobId id = job(TestApi.CREATE_JOB);
    Job before = world.job(id);
    var _ = answer("PutReplicationJobSettings", settings(id, "omit"));

    assertThat(world.job(id).settings().zeroBlocks()).isEqualTo(ZeroPolicy.OMIT);
    assertThat(world.job(id).schedule()).isEqualTo(before.schedule());
    assertThat(world.job(id).history()).isEqualTo(before.history());
  }

  @ParameterizedTest
  @CsvSource({"GetReplicationJobSettings", "PutReplicationJobSettings"})
  void settings_ofNoJob_areNotFound(String operation) {
    String body =
        operation.startsWith("Get")
            ? "{\"replicationJobId\": \"%s\"}"
            : "{\"replicationJobId\": \"%s\", \"zeroBlocks\": \"omit\"}";
    for (String id : new String[] {"sms-job-00000099", "nonsense"}) {
      refused(
          operation,
          body.formatted(id),
          "ReplicationJobNotFoundException",
          "There is no replication job " + id + ".");
    }
  }

  @Test
  void put_whatIsNoSetting_isRefusedByName() {
    JobId id = job(TestApi.CREATE_JOB);
    refused(
        "PutReplicationJobSettings",
        settings(id, "OMIT"),
        "InvalidParameterException",
        "zeroBlocks must be send or omit, but is 'OMIT'.");
    refused(
        "PutReplicationJobSettings",
        settings(id, "omit").replace("zeroBlocks", "zeroblocks"),
        "InvalidParameterException",
        "There is no parameter 'zeroblocks'; there are replicationJobId and zeroBlocks.");
    refused(
        "PutReplicationJobSettings",
        "{\"replicationJobId\": \"%s\"}".formatted(id),
        "MissingRequiredParameterException",
        "zeroBlocks is required.");
    refused(
        "GetReplicationJobSettings",
        "{}",
        "MissingRequiredParameterException",
        "replicationJobId is required.");
    assertThat(world.job(id).settings().zeroBlocks()).isEqualTo(ZeroPolicy.SEND);
  }

  @Test
  void put_omitForAnEncryptedJob_isRefused() {
    JobId id = job(ENCRYPTED_JOB);
    refused(
        "PutReplicationJobSettings",
        settings(id, "omit"),
        "OperationNotPermittedException",
        "Replication job "
            + id
            + " is encrypted: blocks that are left out would read as anything, so its zero blocks"
            + " are sent; only a job without encryption may omit them.");
    assertThat(answer("PutReplicationJobSettings", settings(id, "send")))
        .isEqualTo(settings(id, "send"));
  }

  @Test
  void put_forAJobThatHasEnded_isRefused() {
    JobId id = job(TestApi.CREATE_JOB);
    world.raw.set("JOB", id.value(), "state", "DELETED");
    refused(
        "PutReplicationJobSettings",
        settings(id, "omit"),
        "OperationNotPermittedException",
        "Replication job " + id + " is DELETED and runs no more: make another job of its server.");
  }
}
