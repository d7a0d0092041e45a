package dev.drover.functions.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sms.model.CreateReplicationJobRequest;
import software.amazon.awssdk.services.sms.model.GetServersRequest;
import software.amazon.awssdk.services.sms.model.GetServersResponse;
import software.amazon.awssdk.services.sms.model.Server;
import software.amazon.awssdk.services.sms.model.VmServerAddress;

final class ModelCodecTest {
  private static CreateReplicationJobRequest job(String body) {
    return (CreateReplicationJobRequest)
        ModelCodec.read(body, CreateReplicationJobRequest.builder());
  }

  private static GetServersRequest servers(String body) {
    return (GetServersRequest) ModelCodec.read(body, GetServersRequest.builder());
  }

  @Test
  void read_membersOfEveryKind_areTheModels() {
    assertThat(job("{\"serverId\": \"s-1\", \"frequency\": 12, \"encrypted\": true}"))
        .isEqualTo(
            CreateReplicationJobRequest.builder()
                .serverId("s-1")
                .frequency(12)
                .encrypted(true)
                .build());
    assertThat(servers("{\"vmServerAddressList\": [{\"vmManagerId\": \"m\", \"vmId\": \"v\"}]}"))
        .isEqualTo(
            GetServersRequest.builder()
                .vmServerAddressList(VmServerAddress.builder().vmManagerId("m").vmId("v").build())
                .build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "{}", "{\"serverId\": null, \"frequency\": null}"})
  void read_nothingOrNull_isAbsent(String body) {
    assertThat(job(body)).isEqualTo(CreateReplicationJobRequest.builder().build());
  }

  @Test
  void read_unknownMembers_areIgnored() {
    assertThat(
            job("{\"ServerId\": \"s-2\", \"new\": {\"deep\": [1, null]}, \"serverId\": \"s-1\"}"))
        .isEqualTo(CreateReplicationJobRequest.builder().serverId("s-1").build());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1970-01-01T00:00:00Z",
    "1477348200, 2016-10-24T22:30:00Z",
    "1477348200.5, 2016-10-24T22:30:00.500Z",
    "1.4773482E9, 2016-10-24T22:30:00Z",
    "1477348200.0019999, 2016-10-24T22:30:00.001Z",
    "253402300799.999, 9999-12-31T23:59:59.999Z"
  })
  void read_epochSeconds_areATimeInMilliseconds(String json, Instant time) {
    assertThat(job("{\"seedReplicationTime\": " + json + "}").seedReplicationTime())
        .isEqualTo(time);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"serverId\": 7} | serverId must be a string",
        "{\"serverId\": {}} | serverId must be a string",
        "{\"frequency\": \"12\"} | frequency must be an integer",
        "{\"frequency\": 1.5} | frequency must be an integer",
        "{\"frequency\": 2147483648} | frequency must be an integer",
        "{\"encrypted\": \"true\"} | encrypted must be true or false",
        "{\"encrypted\": 1} | encrypted must be true or false",
        "{\"seedReplicationTime\": \"2016-10-24\"} | must be a number of epoch seconds",
        "{\"seedReplicationTime\": -0.001} | between the years 1970 and 9999",
        "{\"seedReplicationTime\": 253402300800} | between the years 1970 and 9999",
        "[] | the body must be an object",
        "null | the body must be an object",
        "{ | the body is no JSON",
        "{} {} | the body is no JSON"
      })
  void read_wrongTypes_areNamedInTheError(String body, String complaint) {
    assertThatThrownBy(() -> job(body))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.code()).isEqualTo("SerializationException"))
        .hasMessageStartingWith("The request cannot be read: ")
        .hasMessageContaining(complaint);
  }

  /** Its parser tells of classes, settings and redacted sources. */
  @Test
  void read_bodyThatIsNoJson_isNotSaidInTheParsersWords() {
    for (String body :
        List.of(
            "{",
            "{'a': 1}",
            "{\"a\": NaN}",
            "{\"a\": 01}",
            "{} {}",
            "\0",
            "{\"a\": \"\\x\"}",
            "[".repeat(51),
            "{\"a\": " + "9".repeat(41) + "}",
            "{\"" + "a".repeat(1_001) + "\": 1}")) {
      assertThatThrownBy(() -> job(body))
          .isInstanceOf(ApiException.class)
          .message()
          .startsWith("The request cannot be read: the body ")
          .doesNotContain("REDACTED", "Stream", "enable", "Feature", "Source", "token", "JsonRead");
    }
    assertThatThrownBy(() -> job("{\n  'a': 1}"))
        .hasMessage("The request cannot be read: the body is no JSON (line 2, column 3).");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"vmServerAddressList\": {}} | vmServerAddressList must be an array",
        "{\"vmServerAddressList\": [null]} | vmServerAddressList must be an array without null",
        "{\"vmServerAddressList\": [7]} | vmServerAddressList must be an object",
        "{\"vmServerAddressList\": [{\"vmId\": 7}]} | vmId must be a string"
      })
  void read_wrongElements_areNamedInTheError(String body, String complaint) {
    assertThatThrownBy(() -> servers(body))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void write_absentMembers_areLeftOutExceptLists() {
    assertThat(ModelCodec.write(GetServersResponse.builder().build()))
        .isEqualTo("{\"serverList\":[]}");
  }

  @Test
  void write_nestedMembers_areWrittenInTheModelsNames() {
    GetServersResponse response =
        GetServersResponse.builder()
            .serverList(Server.builder().serverId("s-1").replicationJobTerminated(false).build())
            .nextToken("t")
            .build();

    assertThat(ModelCodec.write(response))
        .contains(
            "\"serverList\":[{\"serverId\":\"s-1\",\"replicationJobTerminated\":false}]",
            "\"nextToken\":\"t\"");
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, 0",
    "2016-10-24T22:30:00Z, 1477348200",
    "2016-10-24T22:30:00.500Z, 1477348200.500",
    "2016-10-24T22:30:00.001999Z, 1477348200.001"
  })
  void write_times_areEpochSecondsWithAFractionIfAny(Instant time, String json) {
    assertThat(ModelCodec.write(GetServersResponse.builder().lastModifiedOn(time).build()))
        .contains("\"lastModifiedOn\":" + json + ",");
  }
}
