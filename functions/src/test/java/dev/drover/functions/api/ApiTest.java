package dev.drover.functions.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ApiTest {
  private record Fake(String title, String targetPrefix, Map<String, Operation> operations)
      implements Service {}

  private static final Service BIRDS =
      new Fake(
          "the Birds",
          "Birds_V1.",
          Map.of(
              "Sing", (body, caller) -> "sung " + body,
              "Moult",
                  (body, caller) -> {
                    throw new ApiError("NotNowException", 409).because("It is winter.");
                  },
              "Migrate",
                  (body, caller) -> {
                    throw new TransientException("storm");
                  },
              "Fall",
                  (body, caller) -> {
                    throw new IllegalStateException("secret");
                  }));
  private static final Service FISH =
      new Fake("the Fish", "Fish_V2.", Map.of("Sing", (body, caller) -> "silence"));

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final Api api =
      new Api(
          List.of(BIRDS, FISH),
          () -> Instant.EPOCH,
          new EventLog(new PrintStream(log, true, StandardCharsets.UTF_8)));

  private ApiResponse answer(String target) {
    return api.answer(
        new ApiRequest("request-1", "arn:aws:iam::1:user/u", Map.of("X-Amz-Target", target), "b"));
  }

  private static void assertError(ApiResponse response, int status, String code) {
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.headers()).containsEntry("x-amzn-ErrorType", code);
    assertThat(response.body()).contains("\"__type\":\"" + code + "\"");
  }

  @Test
  void answer_sameNameInTwoServices_goesByThePrefix() {
    assertThat(answer("Birds_V1.Sing").body()).isEqualTo("sung b");
    assertThat(answer("Fish_V2.Sing").body()).isEqualTo("silence");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "Sing",
        ".Sing",
        "Birds_V1",
        "Birds_V1.",
        "Birds_V1.Sing.",
        "Birds_V1.Fly",
        "birds_v1.Sing",
        "Birds_V2.Sing",
        "Fish_V2.Moult"
      })
  void answer_noSuchTarget_isAnUnknownOperationOfTheServices(String target) {
    ApiResponse response = answer(target);

    assertError(response, 400, "UnknownOperationException");
    assertThat(response.body())
        .contains("The header X-Amz-Target names no operation of the Birds or the Fish.");
  }

  @Test
  void answer_noTargetAndNoCaller_isAnUnknownOperation() {
    assertError(
        api.answer(new ApiRequest("request-1", null, Map.of(), "")),
        400,
        "UnknownOperationException");
    assertThat(log.toString(StandardCharsets.UTF_8)).contains("\"target\":\"none\"");
  }

  @Test
  void answer_noCaller_isUnauthorizedUnderTheOperationsName() {
    ApiResponse response =
        api.answer(new ApiRequest("request-1", null, Map.of("x-amz-target", "Birds_V1.Sing"), ""));

    assertError(response, 400, "UnauthorizedOperationException");
    assertThat(response.body()).contains("Sing needs an authenticated caller");
  }

  @Test
  void answer_refusedCall_saysTheServicesOwnError() {
    ApiResponse response = answer("Birds_V1.Moult");

    assertError(response, 409, "NotNowException");
    assertThat(response.body()).contains("It is winter.");
    assertThat(log.toString(StandardCharsets.UTF_8))
        .contains("\"outcome\":\"NotNowException: It is winter.\"");
  }

  @Test
  void answer_whatPassesByItself_isTemporarilyUnavailable() {
    assertError(answer("Birds_V1.Migrate"), 500, "TemporarilyUnavailableException");
  }

  @Test
  void answer_defect_isInternalAndOnlyTheLogSaysWhy() {
    ApiResponse response = answer("Birds_V1.Fall");

    assertError(response, 500, "InternalError");
    assertThat(response.body()).contains("request-1").doesNotContain("secret");
    assertThat(log.toString(StandardCharsets.UTF_8)).contains("secret", "request-1");
  }

  @Test
  void api_twoServicesOfOnePrefix_isRefused() {
    List<Service> services = List.of(FISH, FISH);
    EventLog anyLog = new EventLog(System.out);

    assertThatThrownBy(() -> new Api(services, () -> Instant.EPOCH, anyLog))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Fish_V2.Sing");
  }
}
