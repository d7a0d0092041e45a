package dev.drover.functions.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class ApiResponseTest {
  @Test
  void success_isTheBodyWithTheRequestsId() {
    assertThat(ApiResponse.success("request-1", "{}"))
        .isEqualTo(
            new ApiResponse(
                200,
                Map.of(
                    "Content-Type", "application/x-amz-json-1.1", "x-amzn-RequestId", "request-1"),
                "{}"));
  }

  @Test
  void failure_saysTheCodeInHeaderAndBody() {
    ApiException e = ApiError.INTERNAL.because("A \"quoted\" word.");

    assertThat(ApiResponse.failure("request-1", e))
        .isEqualTo(
            new ApiResponse(
                500,
                Map.of(
                    "Content-Type", "application/x-amz-json-1.1",
                    "x-amzn-RequestId", "request-1",
                    "x-amzn-ErrorType", "InternalError"),
                "{\"__type\":\"InternalError\",\"message\":\"A \\\"quoted\\\" word.\"}"));
  }
}
