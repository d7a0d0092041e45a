package dev.drover.functions.state;

import static dev.drover.functions.state.Sample.GENERATION;
import static dev.drover.functions.state.Sample.JOB;
import static dev.drover.functions.state.Sample.NEWER;
import static dev.drover.functions.state.Sample.NOW;
import static dev.drover.functions.state.Sample.RUN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.Firmware;
import dev.drover.protocol.UnknownVersionException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunTest {
  private static final Run FULL = Sample.fullRun(Run.State.ACTIVE, Run.Stage.UPLOADING);
  private static final Run NEW = Sample.run(Run.State.ACTIVE);

  /** Read 10,000 bytes since it began with 2,000; a second is the least that tells a pace. */
  @ParameterizedTest
  @CsvSource({"999, 0", "1000, 8000", "4000, 2000", "-1, 0"})
  void bytesPerSecond_overAtLeastASecond_isThePace(long millis, long expected) {
    Run.Pace pace = new Run.Pace(1, NOW, 2_000, NOW.plusMillis(millis), 1 << 20);
    assertThat(pace.bytesPerSecond(10_000)).isEqualTo(expected);
  }

  @Test
  void bytesPerSecond_readLessThanBefore_isNotKnown() {
    assertThat(new Run.Pace(1, NOW, 2_000, NOW.plusSeconds(9), 1 << 20).bytesPerSecond(1_999))
        .isZero();
  }

  @ParameterizedTest
  @CsvSource({"1, 99, true", "2, 6, true", "2, 7, false", "2, 8, false", "3, 1, false"})
  void isAfter_reportOfAnEarlierAttemptOrSequence(int attempt, long sequence, boolean expected) {
    Run.Opening opening = new Run.Opening(GENERATION, Firmware.BIOS, 2, 7);
    assertThat(opening.isAfter(attempt, sequence)).isEqualTo(expected);
  }

  @Test
  void all_generations_areEachOnceTheLastFirst() {
    assertThat(new Run.Opening(GENERATION, Firmware.BIOS, 1, 7, Set.of(NEWER, GENERATION)).all())
        .containsExactly(NEWER, GENERATION);
  }

  @Test
  void hasMovedData_sentOrDurable() {
    assertThat(NEW.hasMovedData()).isFalse();
    assertThat(NEW.counted(1, null).hasMovedData()).isTrue();
    assertThat(FULL.counted(0, null).hasMovedData()).as("a byte was sent").isTrue();
  }

  @Test
  void counted_firstTimeSinceResumed_saysWhatItWentOnWith() {
    Run resumed = FULL.counted(9, NOW);
    assertThat(resumed.course().durableExtents()).isEqualTo(9);
    assertThat(resumed.course().keptExtents()).as("was counted before").isEqualTo(4);
    assertThat(resumed.resumption())
        .contains("resumed at 2026-11-23T14:00:00Z with 4 durable extents of 64 MiB of disk");
    assertThat(NEW.counted(9, NOW).course().keptExtents()).as("never resumed").isNull();
    assertThat(NEW.resumption()).isEmpty();
  }

  @Test
  void remarks_whatHasHappened_isASentenceEach() {
    assertThat(NEW.remarks()).isEmpty();
    assertThat(FULL.remarks())
        .containsExactly(
            "Copied whole: first copy.",
            "Not in this copy, because the server has them no longer: disk 'gone.img'.",
            "Segments that came corrupt, were not written and were asked for again: 10.");
  }

  @Test
  void isOver_endedAndNotToBeResumed() {
    assertThat(NEW.isOver()).isFalse();
    assertThat(Sample.run(Run.State.FAILED).isOver()).isTrue();
    assertThat(Sample.fullRun(Run.State.FAILED, Run.Stage.UPLOADING).isOver())
        .as("resumable")
        .isFalse();
  }

  @Test
  void execution_isNamedByItsRunAndNumber() {
    assertThat(FULL.execution()).isEqualTo(new RunExecution(JOB, RUN, 2));
    assertThat(FULL.execution().name()).isEqualTo("sms-run-00000001-2");
  }

  @Test
  void executionInput_versionThatIsNotKnown_isRefused() {
    assertThat(new ExecutionInput(null, JOB, RUN, 1, null).self())
        .isEqualTo(new RunExecution(JOB, RUN, 1));
    assertThatThrownBy(() -> new ExecutionInput(99, JOB, RUN, 1, null))
        .isInstanceOf(UnknownVersionException.class);
  }
}
