package dev.drover.local.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.drover.local.launcher.cloud.Repository;
import dev.drover.local.launcher.stack.DeployedStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real AWS CLI, against a deployed stack. */
final class AwsCli {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The CLI's code for an error that the service answered. */
  private static final int SERVICE_ERROR = 255;

  private AwsCli() {}

  static void assertFails(Answer answer, String code) {
    assertThat(answer.exitCode()).as(answer.text()).isEqualTo(SERVICE_ERROR);
    assertThat(answer.text()).contains("An error occurred (" + code + ")");
  }

  /** What {@code aws sms} answers. */
  static JsonNode aws(DeployedStack stack, String... arguments) {
    return sms(stack, arguments).requireSuccess().json();
  }

  /** Runs {@code aws sms}. */
  static Answer sms(DeployedStack stack, String... arguments) {
    List<String> words =
        new ArrayList<>(List.of("--endpoint-url", stack.apiUrl().toString(), "sms"));
    words.addAll(List.of(arguments));
    return run(stack, words);
  }

  /** Runs {@code aws} with that service and what follows. */
  static Answer run(DeployedStack stack, List<String> arguments) {
    Repository repository = Repository.containing(Path.of(""));
    List<String> command = new ArrayList<>();
    command.add(repository.clientPrograms().resolve("aws").toString());
    command.addAll(List.of("--output", "json"));
    command.addAll(arguments);
    ProcessBuilder builder = stack.cloud().processBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(stack.environment());
    // A modelled error must be seen at once, not after four more tries.
    builder.environment().put("AWS_MAX_ATTEMPTS", "1");
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Answer(process.waitFor(), text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run the AWS CLI", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the AWS CLI ran", e);
    }
  }

  /** What a command printed. */
  record Answer(int exitCode, String text) {
    Answer requireSuccess() {
      assertThat(exitCode).as(text).isZero();
      return this;
    }

    JsonNode json() {
      try {
        return JSON.readTree(text);
      } catch (IOException e) {
        throw new UncheckedIOException("not JSON: " + text, e);
      }
    }
  }
}
