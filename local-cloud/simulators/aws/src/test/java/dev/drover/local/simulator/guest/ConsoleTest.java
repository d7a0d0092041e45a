package dev.drover.local.simulator.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConsoleTest {
  @TempDir Path folder;

  @Test
  void console_keepsTheNewest64KiB_alsoAfterARestart() throws IOException {
    Path file = folder.resolve("console");
    Console console = new Console(file);
    byte[] line = "x".repeat(1023).concat("\n").getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 300; i++) {
      console.write(line, line.length);
    }
    console.say("end");

    assertThat(console.read()).hasSize(Console.MAX_BYTES);
    assertThat(new String(console.read(), StandardCharsets.UTF_8)).endsWith("x\ndrover: end\n");
    assertThat(Files.size(file)).isLessThanOrEqualTo(2 * Console.MAX_BYTES);
    assertThat(new Console(file).read()).isEqualTo(console.read());
  }
}
