package dev.drover.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What AWS's own checkers say of the template and the state machines. {@code ./drover test}
 * installs them; without them these tests fail rather than pass unseen.
 */
class ExternalCheckersTest {
  /** CDK writes dependencies that CloudFormation would find by itself: no mistake of ours. */
  private static final String REDUNDANT_DEPENDS_ON = "W3005";

  /** A task's timeout may be JSONata; cfn-lint 1.58.0 knows that only of a Wait's Seconds. */
  private static final String TIMEOUT_AS_JSONATA =
      "\\\"TimeoutSeconds\\\": \\\"{% $states.input.waitSeconds %}\\\"";

  private static final long TIMEOUT_SECONDS = 120;

  private static final Map<String, String> DEFAULT_PATHS =
      Map.of(
          "DROVER_CFN_LINT", "../.local/venv-clients/bin/cfn-lint",
          "DROVER_ASL_VALIDATOR", "../.local/node/node_modules/.bin/asl-validator");

  /** Both at once: reading its schemas takes the tool longer than a template. */
  @Test
  void cfnLint_ofTheTemplates_findsNothing() throws IOException, InterruptedException {
    assertPasses(
        tool("DROVER_CFN_LINT"),
        "--ignore-checks",
        REDUNDANT_DEPENDS_ON,
        "--template",
        withTimeoutAsNumber(Template.aws().file()).toString(),
        withTimeoutAsNumber(Template.local().file()).toString());
  }

  private static Path withTimeoutAsNumber(Path template) throws IOException {
    String text = Files.readString(template);
    assertThat(text).containsOnlyOnce(TIMEOUT_AS_JSONATA);
    return Files.writeString(
        Files.createTempFile(Path.of("target"), "lint", ".template.json"),
        text.replace(TIMEOUT_AS_JSONATA, "\\\"TimeoutSeconds\\\": 1"));
  }

  @Test
  void aslValidator_ofEveryStateMachine_findsNothing() throws IOException, InterruptedException {
    try (Stream<Path> files = Files.list(Template.STATE_MACHINES)) {
      List<Path> machines =
          files.filter(file -> file.getFileName().toString().endsWith(".asl.json")).toList();
      assertThat(machines).isNotEmpty();
      for (Path machine : machines) {
        assertPasses(tool("DROVER_ASL_VALIDATOR"), "--json-path", machine.toString());
      }
    }
  }

  private static Path tool(String variable) {
    String configured = System.getProperty(variable, System.getenv(variable));
    Path path = Path.of(configured == null ? DEFAULT_PATHS.get(variable) : configured);
    assertThat(path)
        .as("run ./drover test, which installs it (or set %s)", variable)
        .isExecutable();
    return path.toAbsolutePath();
  }

  private static void assertPasses(Path tool, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(Stream.of(tool.toString()), Arrays.stream(arguments)).toList();
    Path output = Files.createTempFile(Path.of("target"), "checker", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    assertThat(ended && process.exitValue() == 0)
        .as("%s%n%s", String.join(" ", command), Files.readString(output, StandardCharsets.UTF_8))
        .isTrue();
  }
}
