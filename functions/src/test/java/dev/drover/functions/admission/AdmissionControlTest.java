package dev.drover.functions.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.state.Admission;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.World;
import dev.drover.protocol.RunId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AdmissionControlTest {
  private final World world = World.withServer();
  private final Job job = world.job();
  private final AdmissionControl control =
      new AdmissionControl(world.state, 1, world, world.eventLog);

  private static RunReference run(Job job, int number) {
    return new RunReference(job.id(), new RunId("sms-run-%08x".formatted(number)));
  }

  @Test
  void run_isLetInOnceAndToldUntilItsExecutionWasStarted() {
    RunReference first = run(job, 1);
    control.ask(job, first, false);
    control.ask(job, first, false);
    assertThat(control.decide()).containsExactly(first);
    assertThat(control.decide()).containsExactly(first);
    control.started(first);
    assertThat(control.decide()).isEmpty();
    assertThat(world.raw.show("ADMISSION", "RUN#sms-run-00000001"))
        .containsEntry("phase", "S:UPLOADING")
        .containsEntry("started", "BOOL:true");
  }

  @Test
  void secondRun_waitsWithItsPlaceUntilTheFirstLeaves() {
    RunReference first = run(job, 1);
    RunReference second = run(job, 2);
    control.ask(job, first, false);
    assertThat(control.decide()).containsExactly(first);
    control.ask(job, second, false);
    assertThat(control.decide()).containsExactly(first);
    assertThat(control.waits(second))
        .isEqualTo(
            "Waits for its turn since "
                + World.START.truncatedTo(ChronoUnit.SECONDS)
                + ", place 1 of 1: it needs 1 snapshot, and 1 of the 1 that may be pending are"
                + " reserved.");
    world.state.admissions().leave(first.runId());
    assertThat(control.decide()).containsExactly(second);
    assertThat(control.waits(second)).isNull();
  }

  @Test
  void decisionOfAnother_leavesTheRunsWaiting() {
    control.ask(job, run(job, 1), false);
    List<Admission> waiting = world.state.admissions().list().toList();
    assertThat(world.state.admissions().admit(0, List.of(), World.START)).isTrue();
    assertThat(world.state.admissions().admit(0, waiting, World.START)).isFalse();
    assertThat(world.state.admissions().list().toList()).isEqualTo(waiting);
    assertThat(world.state.admissions().admit(1, waiting, World.START)).isTrue();
    assertThat(world.state.admissions().admit(2, waiting, World.START)).isFalse();
  }
}
