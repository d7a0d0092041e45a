package dev.drover.functions.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.job.JobEnd;
import dev.drover.functions.snapshot.SnapshotFunctions;
import dev.drover.functions.state.ExecutionInput;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.TaskResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** BeginRun and FinishRun. */
final class RunLifeTest {
  private final World world = World.withServer();
  private final RunBegin begin = new RunBegin(world.state, world, world.eventLog);
  private final RunFinish finish =
      new RunFinish(
          world.state, world.jobEnd, world.strays, world.autoLaunch, world, world.eventLog);

  private RunBegin.Answer begin(RunReference run, int execution) {
    return begin.begin(new ExecutionInput(1, run.jobId(), run.runId(), execution, null));
  }

  @Test
  void begin_pendingRun_isAtWorkWithItsJob() {
    Job job = world.hourlyJob(Duration.ZERO);
    RunReference run = world.active(job.id());

    assertThat(begin(run, 1)).isEqualTo(new RunBegin.Answer(true, World.SITE, 1, null));

    assertThat(world.run(run).state()).isEqualTo(Run.State.ACTIVE);
    assertThat(world.run(run).startedAt()).isEqualTo(World.START);
    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.ACTIVE);
    assertThat(world.job(job.id()).history().lifetime().firstRunAt()).isEqualTo(World.START);
  }

  @Test
  void begin_again_saysTheSameAndChangesNothing() {
    Job job = world.hourlyJob(Duration.ZERO);
    RunReference run = world.active(job.id());
    begin(run, 1);
    Run before = world.run(run);
    world.pass(Duration.ofMinutes(1));

    assertThat(begin(run, 1).proceed()).isTrue();
    assertThat(world.run(run)).isEqualTo(before);
  }

  @Test
  void begin_afterTheRunEnded_doesNotProceed() {
    Job job = world.hourlyJob(Duration.ZERO);
    RunReference run = world.publish(job.id(), "ami-1");

    assertThat(begin(run, 1).proceed()).isFalse();
  }

  @Test
  void begin_nextExecution_hasTheRunAndTheOlderOneNotAnyMore() {
    Job job = world.hourlyJob(Duration.ZERO);
    RunReference run = world.begin(job.id());

    RunBegin.Answer answer = begin.begin(new ExecutionInput(1, run.jobId(), run.runId(), 2, 3));

    assertThat(answer).isEqualTo(new RunBegin.Answer(true, World.SITE, 3, null));
    assertThat(world.run(run).execution().execution()).isEqualTo(2);
    assertThat(begin(run, 1).proceed()).isFalse();
    assertThat(begin(run, 4).proceed()).isFalse();
    assertThat(begin(run, 2).proceed()).isTrue();
  }

  @Test
  void begin_allWasSentBefore_answersIt() {
    TestDisk disk = new TestDisk("root.img", 524_288).fill(0, 1);
    World full = World.withServer(List.of(disk));
    RunReference run =
        new SnapshotFunctions(full).replicate(full.job().id(), List.of(disk), Map.of());
    RunBegin begin = new RunBegin(full.state, full, full.eventLog);

    RunBegin.Sent sent =
        begin.begin(new ExecutionInput(1, run.jobId(), run.runId(), 2, null)).sent();

    RunDisk sentDisk = full.runDisk(run, disk.id());
    assertThat(sent)
        .isEqualTo(
            new RunBegin.Sent(
                1,
                new TaskResult(
                    1,
                    sentDisk.generation(),
                    List.of(
                        new TaskResult.ManifestKey(
                            disk.id(), Objects.requireNonNull(sentDisk.manifestKey()))))));
    // What is missing of it is asked for again.
    assertThat(begin.begin(new ExecutionInput(1, run.jobId(), run.runId(), 3, 2)).sent()).isNull();
  }

  @Test
  void begin_unknownRun_isAnError() {
    Job job = world.hourlyJob(Duration.ZERO);

    assertThatThrownBy(() -> begin(new RunReference(job.id(), new RunId("sms-run-00000000")), 1))
        .isInstanceOf(UnknownRunException.class);
  }

  @Test
  void finish_oneTimeJob_completesItOnce() {
    Job job = world.oneTimeJob(Duration.ZERO);
    RunReference run = world.publish(job.id(), "ami-1");

    assertThat(finish.finish(run).jobState()).isEqualTo(Job.State.COMPLETED);
    assertThat(finish.finish(run).jobState()).isEqualTo(Job.State.COMPLETED);
    assertThat(world.job(job.id()).history().latestAmiId()).isEqualTo("ami-1");
    // SMS means deleted or failed by terminated.
    assertThat(world.state.servers().find(World.SERVER).orElseThrow().replicationJobTerminated())
        .isFalse();
  }

  @Test
  void finish_recurringJob_goesOn() {
    Job job = world.hourlyJob(Duration.ZERO);
    RunReference run = world.publish(job.id(), "ami-1");

    assertThat(finish.finish(run).jobState()).isEqualTo(Job.State.ACTIVE);
  }

  @Test
  void finish_afterTheJobsTime_endsIt() {
    Job job = world.hourlyJob(Duration.ZERO);
    world.begin(job.id());
    world.pass(JobEnd.LIFETIME.plusHours(1));
    RunReference run = world.publish(job.id(), "ami-1");

    assertThat(finish.finish(run).jobState()).isEqualTo(Job.State.DELETED);
    assertThat(world.schedule.standing).isEmpty();
  }
}
