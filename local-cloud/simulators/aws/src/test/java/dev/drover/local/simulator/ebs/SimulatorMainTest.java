package dev.drover.local.simulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SimulatorMainTest {
  @Test
  void parse_dataOnly_takesTheDefaults() {
    assertThat(parse("--data", "d"))
        .isEqualTo(
            new EbsSimulatorSettings(
                0, Path.of("d"), null, "000000000000", "us-east-1", Duration.ofMillis(500), 0));
  }

  @Test
  void parse_everything_takesIt() {
    assertThat(
            parse(
                "--port",
                "4599",
                "--data",
                "d",
                "--forward",
                "http://127.0.0.1:4566",
                "--account",
                "123456789012",
                "--region",
                "eu-west-1",
                "--completion-delay-millis",
                "10",
                "--seed",
                "7"))
        .isEqualTo(
            new EbsSimulatorSettings(
                4599,
                Path.of("d"),
                URI.create("http://127.0.0.1:4566"),
                "123456789012",
                "eu-west-1",
                Duration.ofMillis(10),
                7));
  }

  @Test
  void parse_whatCannotBe_isRefused() {
    assertRefused("--data is required");
    assertRefused("lacks its value", "--data");
    assertRefused("no argument --colour", "--data", "d", "--colour", "blue");
    assertRefused("--port needs a number", "--data", "d", "--port", "x");
    assertRefused("port must be from 0", "--data", "d", "--port", "70000");
  }

  private static void assertRefused(String message, String... arguments) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(arguments))
        .withMessageContaining(message);
  }

  private static EbsSimulatorSettings parse(String... arguments) {
    return SimulatorMain.parse(arguments);
  }
}
