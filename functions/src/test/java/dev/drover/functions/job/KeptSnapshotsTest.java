package dev.drover.functions.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.TransientException;
import dev.drover.functions.report.ReportFunction;
import dev.drover.functions.run.FailureReason;
import dev.drover.functions.run.RunFailure;
import dev.drover.functions.snapshot.SnapshotFunctions;
import dev.drover.functions.state.Admission;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.ScriptedConnector;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KeptSnapshotsTest {
  private static final RunReference OTHER =
      new RunReference(new JobId("sms-job-0000000a"), new RunId("sms-run-0000000a"));

  private final TestDisk root = new TestDisk("root.img", 1L << 20).fill(0, 1);
  private final TestDisk data = new TestDisk("data.img", 1L << 20).fill(1, 2);
  private final List<TestDisk> disks = List.of(root, data);
  private final World world = World.withServer(disks);
  private final Job job = world.hourlyJob(Duration.ZERO);
  private final RunReference run = failed();

  /** A run of two disks that failed after its first is completed. */
  private RunReference failed() {
    SnapshotFunctions functions = new SnapshotFunctions(world);
    world.starter.startAdmitted();
    RunReference begun = world.begin(job.id());
    functions.prepare(begun, 1);
    ScriptedConnector connector = new ScriptedConnector(world);
    new ReportFunction(world)
        .report(connector.opened(begun, world.generation("of " + begun.runId()), disks));
    world.raw.set("RUN#" + begun.runId(), "DISK#" + root.id(), "state", "COMPLETED");
    new RunFailure(world.state, _ -> {}, world.jobEnd, World.MAX_FAILURES, world, world.eventLog)
        .fail(world.run(begun).execution(), new FailureReason("Test", "Stopped."));
    assertThat(world.run(begun).isResumable()).isTrue();
    return begun;
  }

  private void otherWaitsFor(int snapshots) {
    Admission other = Admission.waiting(OTHER, World.SITE, snapshots, false, world.instant());
    world.state.transaction().with(world.state.admissions().ask(other)).commit();
  }

  @Test
  void giveBack_nobodyWaits_keepsThem() {
    otherWaitsFor(99);
    world.keptSnapshots.giveBack();
    assertThat(world.ebs.deleted()).isEmpty();
    assertThat(world.state.admissions().find(run.runId())).map(Admission::snapshots).contains(1);
  }

  @Test
  void giveBack_othersWait_freesThePlaceAndKeepsTheRun() {
    RunDisk completed = world.runDisk(run, root.id());
    RunDisk pending = world.runDisk(run, data.id());
    otherWaitsFor(100);

    world.keptSnapshots.giveBack();

    assertThat(world.run(run).isResumable()).isTrue();
    assertThat(world.job(job.id()).history().resumableRunId()).isEqualTo(run.runId());
    assertThat(world.runDisk(run, root.id())).isEqualTo(completed);
    assertThat(world.runDisk(run, data.id()).state()).isEqualTo(RunDisk.State.GIVEN_BACK);
    assertThat(world.ebs.deleted()).containsExactly(pending.snapshotId());
    assertThat(world.state.admissions().find(run.runId())).isEmpty();
    assertThat(world.admission.decide()).containsExactly(OTHER);
  }

  @Test
  void giveBack_deletionFails_freesThePlaceOnlyAfterAnother() {
    otherWaitsFor(100);
    world.ebs.failNextDeletion(new TransientException("Request limit exceeded."));

    world.keptSnapshots.giveBack();
    assertThat(world.state.admissions().find(run.runId())).isPresent();
    assertThat(world.admission.decide()).isEmpty();

    world.keptSnapshots.giveBack();
    assertThat(world.admission.decide()).containsExactly(OTHER);
  }

  @Test
  void resume_afterTheyWereGivenBack_waitsForItsTurnWithWhatItNeeds() {
    otherWaitsFor(100);
    world.keptSnapshots.giveBack();
    world.admission.decide();
    world.admission.started(OTHER);
    world.pass(Duration.ofHours(1).plusSeconds(1));
    world.see(World.CONNECTOR);

    world.starter.advance(job.id(), world.instant());

    assertThat(world.active(job.id())).isEqualTo(run);
    assertThat(world.executions.started.keySet()).containsExactly(run.runId() + "-1");
    assertThat(world.admission.waits(run))
        .contains("place 1 of 1: it needs 1 snapshot, and 100 of the 100");

    world.state.admissions().leave(OTHER.runId());
    world.starter.startAdmitted();
    assertThat(world.executions.started.keySet())
        .containsExactly(run.runId() + "-1", run.runId() + "-2");
  }

  @Test
  void giveBack_runThatIsResumedMeanwhile_keepsThem() {
    otherWaitsFor(100);
    world.state.admissions().move(run.runId(), Admission.Phase.KEPT, Admission.Phase.RETURNING);

    world.keptSnapshots.giveBack();

    assertThat(world.ebs.deleted()).isEmpty();
    assertThat(world.runDisk(run, data.id()).state()).isEqualTo(RunDisk.State.APPLYING);
  }
}
