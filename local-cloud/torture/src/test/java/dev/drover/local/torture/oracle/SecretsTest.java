package dev.drover.local.torture.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.torture.wire.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
  @Test
  void secrets_ofATaskAndOfUs_areFoundInLogs(@TempDir Path logs) throws IOException {
    Secrets secrets = new Secrets();
    secrets.add("own-secret");
    Call receive =
        new Call("POST", "/", Map.of("x-amz-target", List.of("AmazonSQS.ReceiveMessage")));
    String answer =
        "{\"Messages\":[{\"Body\":\"{\\\"taskToken\\\":\\\"token-7\\\"}\"},{\"Body\":\"poison\"}]}";
    secrets.witness().passed(receive, new byte[0], 200, answer.getBytes(UTF_8));

    Files.writeString(logs.resolve("clean.log"), "nothing of that kind");
    assertThat(secrets.foundIn(logs)).isEmpty();

    Files.writeString(logs.resolve("one.log"), "task token-7 was taken");
    Files.writeString(
        Files.createDirectory(logs.resolve("functions")).resolve("two.log"), "own-secret");
    assertThat(secrets.foundIn(logs))
        .hasSize(2)
        .anyMatch(sentence -> sentence.startsWith("one.log"))
        .anyMatch(sentence -> sentence.startsWith("two.log"))
        .noneMatch(sentence -> sentence.contains("token-7"));
  }
}
