package dev.drover.connector.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.state.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportSequenceTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_800_000_000_000L);

  @TempDir Path folder;

  @Test
  void next_inOneMillisecond_ascends() throws IOException {
    ReportSequence sequence = sequence(NOW);
    long first = sequence.next();
    assertThat(sequence.next()).isGreaterThan(first);
  }

  @Test
  void next_afterRestartWithTheClockSetBack_ascends() throws IOException {
    ReportSequence before = sequence(NOW);
    before.next();
    long last = before.next();
    assertThat(sequence(NOW.minusSeconds(86_400)).next()).isGreaterThan(last);
  }

  @Test
  void next_afterTheFileWasLost_ascends() throws IOException {
    long last = sequence(NOW).next();
    Files.delete(folder.resolve("sequence"));
    assertThat(sequence(NOW.plusMillis(5)).next()).isGreaterThan(last);
  }

  @Test
  void next_afterTheFileWasDestroyed_startsFromTheClock() throws IOException {
    Files.writeString(folder.resolve("sequence"), "no number");
    assertThat(sequence(NOW).next()).isEqualTo(NOW.toEpochMilli());
  }

  private ReportSequence sequence(Instant now) throws IOException {
    return new ReportSequence(
        new DurableFile(folder.resolve("sequence")), InstantSource.fixed(now));
  }
}
