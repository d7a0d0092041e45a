package dev.drover.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shapes of ids; each is part of keys, so that none may hold a slash or a dot. */
class IdsTest {
  private static final Instant TIME = Instant.parse("2026-11-23T14:00:00.007Z");

  @ParameterizedTest
  @CsvSource({
    "connector, c-0123456789abcdef0",
    "disk, d-0123456789abcdef0",
    "environment, a",
    "environment, 0-abcdefghij-abcdefghij-abcdefg",
    "generation, 20261123T140000000Z-0123456789abcdef",
    "job, sms-job-1a2b3c4d",
    "run, sms-run-1a2b3c4d",
    "server, s-1a2b3c4d",
    "snapshot, snap-01234567",
    "snapshot, snap-0123456789abcdef0"
  })
  void id_ofItsShape_isItsText(String kind, String text) {
    assertThat(of(kind).apply(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "connector, c-0123456789abcdef",
    "connector, c-0123456789abcdef01",
    "disk, d-0123456789abcdeg0",
    "disk, ../../../../../../../",
    "environment, ''",
    "environment, -a",
    "environment, A",
    "environment, a/b",
    "environment, 0-abcdefghij-abcdefghij-abcdefgh",
    "generation, 20261123T140000Z-0123456789abcdef",
    "job, sms-run-1a2b3c4d",
    "job, sms-job-1a2b3c4d5",
    "run, sms-run-1A2B3C4D",
    "server, s-1a2b3c4",
    "snapshot, none",
    "snapshot, snap-0123456",
    "snapshot, snap-0123456789abcdef01"
  })
  void id_ofAnotherShape_isRefused(String kind, String text) {
    assertThatThrownBy(() -> of(kind).apply(text))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("'" + text + "' is not a")
        .hasMessageContaining(kind);
  }

  @Test
  void id_longText_isShownCut() {
    String text = "x".repeat(120);
    assertThatThrownBy(() -> new ServerId(text)).hasMessageStartingWith("'" + text + "' is not");
    assertThatThrownBy(() -> new ServerId(text + "y"))
        .hasMessage("'" + text + "…' is not a server id (s-[0-9a-f]{8})");
  }

  /** Ids that are made of a hash must come out the same in every version, or disks change. */
  @Test
  void id_madeOfAHash_staysForEver() {
    assertThat(DiskId.of("web-1", "root.img")).hasToString("d-eea44f1fe08031f53");
    assertThat(ConnectorId.declared(new EnvironmentName("site"), "site-1"))
        .hasToString("c-c8c0c53255d8b6680");
    assertThat(Generation.of(TIME, "snapshot-1"))
        .hasToString("20261123T140000007Z-79c6d61344be00e7");
  }

  @Test
  void generation_sortsByTimeAndKnowsItsSnapshot() {
    Generation first = Generation.of(TIME, "snapshot-1");
    Generation second = Generation.of(TIME.plusMillis(1), "snapshot-2");
    assertThat(first).isLessThan(second);
    assertThat(second).isGreaterThan(first);
    assertThat(first.createdAt()).isEqualTo(TIME);
    assertThat(first).isEqualByComparingTo(new Generation(first.value()));
    assertThat(first.snapshotHash()).isEqualTo("79c6d61344be00e7");
  }

  @Test
  void runAttempt_countsFromOne() {
    JobId job = new JobId("sms-job-1a2b3c4d");
    RunId run = new RunId("sms-run-1a2b3c4d");
    assertThat(new RunAttempt(job, run, 1).attempt()).isEqualTo(1);
    assertThatThrownBy(() -> new RunAttempt(job, run, 0))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("attempt is 0");
  }

  private static Function<String, Object> of(String kind) {
    return switch (kind) {
      case "connector" -> ConnectorId::new;
      case "disk" -> DiskId::new;
      case "environment" -> EnvironmentName::new;
      case "generation" -> Generation::new;
      case "job" -> JobId::new;
      case "run" -> RunId::new;
      case "server" -> ServerId::new;
      case "snapshot" -> SnapshotId::new;
      default -> throw new IllegalArgumentException(kind);
    };
  }
}
