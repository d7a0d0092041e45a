package dev.drover.functions.api.drover;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.ImageImport;
import dev.drover.functions.state.Job;
import dev.drover.functions.world.World;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ZeroPolicy;
import java.time.Duration;
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

  /** What is answered of a job that has not run yet. */
  private static String shown(JobId id, String zeroBlocks, int days) {
    return settings(id, zeroBlocks)
        .replace("}", ",\"imageImport\":\"auto\",\"lifetimeDays\":" + days + "}");
  }

  private static String extension(JobId id, Object days) {
    return "{\"replicationJobId\":\"%s\",\"lifetimeDays\":%s}".formatted(id, days);
  }

  private static String settings(JobId id, String zeroBlocks) {
    return "{\"replicationJobId\":\"%s\",\"zeroBlocks\":\"%s\"}".formatted(id, zeroBlocks);
  }

  @Test
  void settings_ofANewJob_sendZerosUntilOneSaysOtherwise() {
    JobId id = job(TestApi.CREATE_JOB);
    String get = "{\"replicationJobId\": \"%s\"}".formatted(id);

    assertThat(answer("GetReplicationJobSettings", get)).isEqualTo(shown(id, "send", 90));
    assertThat(answer("PutReplicationJobSettings", settings(id, "omit")))
        .isEqualTo(shown(id, "omit", 90));
    assertThat(answer("GetReplicationJobSettings", get)).isEqualTo(shown(id, "omit", 90));
    assertThat(answer("PutReplicationJobSettings", settings(id, "send")))
        .isEqualTo(shown(id, "send", 90));
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
        "There is no parameter 'zeroblocks'; there are imageImport and replicationJobId and zeroBlocks.");
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

  private static String importing(JobId id, String imageImport) {
    return settings(id, "send").replace("}", ",\"imageImport\":\"" + imageImport + "\"}");
  }

  @Test
  void put_imageImport_isKeptUntilOneSaysOtherwise() {
    JobId id = job(TestApi.CREATE_JOB);

    assertThat(answer("PutReplicationJobSettings", importing(id, "always")))
        .contains("\"imageImport\":\"always\"");
    assertThat(answer("PutReplicationJobSettings", settings(id, "omit")))
        .contains("\"imageImport\":\"always\"", "\"zeroBlocks\":\"omit\"");
    assertThat(world.job(id).settings().imageImport()).isEqualTo(ImageImport.ALWAYS);
    refused(
        "PutReplicationJobSettings",
        importing(id, "sometimes"),
        "InvalidParameterException",
        "imageImport must be auto, always or never, but is 'sometimes'.");
  }

  /** In both orders: the licence is only VM Import's to give. */
  @Test
  void put_neverForALicenseOfAws_isRefused() {
    world.seeOs("Microsoft Windows Server 2022 (64-bit)");
    JobId id = job(TestApi.CREATE_JOB.replace("}", ", \"licenseType\": \"AWS\"}"));
    refused(
        "PutReplicationJobSettings",
        importing(id, "never"),
        "OperationNotPermittedException",
        "Replication job "
            + id
            + " has the licenseType AWS, and only VM Import gives an image a licence of AWS; make"
            + " the licenseType BYOL first, by UpdateReplicationJob.");
    String update = "{\"replicationJobId\": \"" + id + "\", \"licenseType\": \"%s\"}";
    assertThat(sms("UpdateReplicationJob", update.formatted("BYOL")).getStatusCode())
        .isEqualTo(200);
    assertThat(answer("PutReplicationJobSettings", importing(id, "never"))).contains("never");
    assertThat(sms("UpdateReplicationJob", update.formatted("AWS")).getBody())
        .contains("OperationNotPermittedException", "its imageImport is never");
  }

  @Test
  void put_alwaysForASystemThatNobodyKnows_isRefusedWhereItBootsByUefi() {
    world.seeOs(null);
    JobId id = job(TestApi.CREATE_JOB);
    APIGatewayProxyResponseEvent response =
        send("Drover_V1.PutReplicationJobSettings", importing(id, "always"));
    assertThat(response.getBody())
        .contains(
            "OperationNotPermittedException", "has to be told whether it runs Linux or Windows");
  }

  private APIGatewayProxyResponseEvent sms(String operation, String body) {
    return send("AWSServerMigrationService_V2016_10_24." + operation, body);
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
        .isEqualTo(shown(id, "send", 90));
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

  @Test
  void extend_beforeTheFirstRunAndAfterIt_saysWhenTheJobEnds() {
    JobId id = job(TestApi.CREATE_JOB);
    String get = "{\"replicationJobId\": \"%s\"}".formatted(id);

    assertThat(answer("ExtendReplicationJob", extension(id, 120)))
        .isEqualTo(shown(id, "send", 120));
    world.publish(id, "ami-1");

    // 2026-11-23T14:00:00.250Z and 120 days.
    String ends = shown(id, "send", 120).replace("}", ",\"endTime\":1805810400.250}");
    assertThat(answer("GetReplicationJobSettings", get)).isEqualTo(ends);
    assertThat(answer("ExtendReplicationJob", extension(id, 120))).isEqualTo(ends);
  }

  @Test
  void extend_whatIsNoExtension_isRefused() {
    JobId id = job(TestApi.CREATE_JOB);
    var _ = answer("ExtendReplicationJob", extension(id, 120));
    for (int days : new int[] {0, 89, 366, -1}) {
      refused(
          "ExtendReplicationJob",
          extension(id, days),
          "InvalidParameterException",
          "lifetimeDays must be 90 to 365, but is "
              + days
              + ": the job's days in all, counted from its first run.");
    }
    refused(
        "ExtendReplicationJob",
        extension(id, 119),
        "InvalidParameterException",
        "lifetimeDays is 119, but replication job "
            + id
            + " has 120: say more days, or delete the job to end it sooner.");
    refused(
        "ExtendReplicationJob",
        extension(id, "\"many\""),
        "SerializationException",
        "The request cannot be read: lifetimeDays must be an integer.");
    refused(
        "ExtendReplicationJob",
        "{\"replicationJobId\": \"%s\"}".formatted(id),
        "MissingRequiredParameterException",
        "lifetimeDays is required.");
    refused(
        "ExtendReplicationJob",
        extension(id, 130).replace("lifetimeDays", "days"),
        "InvalidParameterException",
        "There is no parameter 'days'; there are lifetimeDays and replicationJobId.");
    refused(
        "ExtendReplicationJob",
        extension(new JobId("sms-job-00000099"), 130),
        "ReplicationJobNotFoundException",
        "There is no replication job sms-job-00000099.");
    world.raw.set("JOB", id.value(), "state", "DELETED");
    refused(
        "ExtendReplicationJob",
        extension(id, 130),
        "OperationNotPermittedException",
        "Replication job " + id + " is DELETED and runs no more: make another job of its server.");
    assertThat(world.job(id).history().lifetime().days()).isEqualTo(120);
  }

  @Test
  void statusMessage_ofAJobThatEndsSoon_saysSoToUsersOfSms() {
    JobId id = job(TestApi.CREATE_JOB);
    world.publish(id, "ami-1");
    String sms = "AWSServerMigrationService_V2016_10_24.GetReplicationJobs";
    world.pass(Duration.ofDays(83).minusSeconds(1));
    assertThat(send(sms, "{}").getBody()).doesNotContain("The job ends at");

    world.pass(Duration.ofSeconds(1));

    assertThat(send(sms, "{}").getBody()).contains("The job ends at 2027-02-21T14:00:00Z, 90 days");
  }
}
