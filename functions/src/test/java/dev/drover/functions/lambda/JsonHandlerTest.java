package dev.drover.functions.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.NewerVersionException;
import dev.drover.functions.state.ExecutionInput;
import dev.drover.functions.world.FakeLambdaContext;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.UnknownVersionException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What crosses a deployment, at the edge of a function. */
final class JsonHandlerTest {
  private static final String RUN =
      "\"jobId\":\"sms-job-0000000a\",\"runId\":\"sms-run-0000000b\",\"execution\":2";

  private static final class Named extends JsonHandler<ExecutionInput, String> {
    Named(Function<ExecutionInput, String> feature) {
      super(ExecutionInput.class, feature);
    }
  }

  private static String answer(Function<ExecutionInput, String> feature, String input)
      throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    new Named(feature)
        .handleRequest(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            answer,
            new FakeLambdaContext());
    return answer.toString(StandardCharsets.UTF_8);
  }

  private static String name(ExecutionInput input) {
    return input.self().name();
  }

  @Test
  void input_ofTheVersionThatIsWritten_ofNoneAndWithAFieldThatIsNotKnown_isRead()
      throws IOException {
    String expected = "\"sms-run-0000000b-2\"";
    assertThat(answer(JsonHandlerTest::name, "{\"version\":1," + RUN + "}")).isEqualTo(expected);
    assertThat(answer(JsonHandlerTest::name, "{" + RUN + "}")).isEqualTo(expected);
    assertThat(answer(JsonHandlerTest::name, "{\"future\":[1]," + RUN + "}")).isEqualTo(expected);
  }

  /** By the class's name Step Functions tries it again for hours. */
  @Test
  void input_ofALaterVersion_isTriedAgainByName() {
    assertThatThrownBy(() -> answer(JsonHandlerTest::name, "{\"version\":2," + RUN + "}"))
        .isInstanceOf(NewerVersionException.class)
        .hasMessage(
            "an execution's input is of version 2, this build reads version 1: deploy the newer"
                + " version of Drover again");
  }

  @Test
  void object_ofALaterVersion_thatTheFeatureReads_isTheSame() {
    assertThatThrownBy(
            () ->
                answer(
                    _ -> {
                      throw new UnknownVersionException("k: is of version 2");
                    },
                    "{" + RUN + "}"))
        .isInstanceOf(NewerVersionException.class)
        .hasCauseInstanceOf(UnknownVersionException.class);
  }

  @Test
  void input_withAPartMissing_isNoMatterOfVersions() {
    assertThatThrownBy(() -> answer(JsonHandlerTest::name, "{\"version\":1}"))
        .isInstanceOf(InvalidMessageException.class);
  }
}
