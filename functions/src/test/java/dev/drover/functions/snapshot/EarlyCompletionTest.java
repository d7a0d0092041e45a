package dev.drover.functions.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.report.ReportFunction;
import dev.drover.functions.segment.SegmentFunction;
import dev.drover.functions.state.Admission;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.ScriptedConnector;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.Generation;
import dev.drover.protocol.message.TaskResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A small disk is done, and a large one of the same run takes days. */
final class EarlyCompletionTest {
  private static final Duration LONG = EarlyCompletion.PENDING_LONG.plusMinutes(1);

  private final TestDisk small = new TestDisk("small.img", 512).fill(0, 5);
  private final TestDisk large = new TestDisk("large.img", 3 * 524_288L).fill(0, 1).fill(2, 2);
  private final List<TestDisk> disks = List.of(small, large);
  private final World world = World.withServer(disks);
  private final ScriptedConnector connector = new ScriptedConnector(world);
  private final SnapshotFunctions functions = new SnapshotFunctions(world);
  private final SegmentFunction segments = new SegmentFunction(world);
  private final EarlyCompletion early =
      new EarlyCompletion(
          world.state, world.objects, functions.completeSnapshot, world, world.eventLog);
  private final RunReference run = world.beginNext(world.job().id());
  private final Generation generation = world.generation("of " + run.runId());

  @BeforeEach
  void open() {
    Admission uploading =
        Admission.waiting(run, World.SITE, disks.size(), true, world.instant())
            .in(Admission.Phase.UPLOADING);
    world.state.transaction().with(world.state.admissions().ask(uploading)).commit();
    functions.prepare(run, 1);
    new ReportFunction(world).report(connector.opened(run, generation, disks));
  }

  private RunDisk.State state(TestDisk disk) {
    return world.runDisk(run, disk.id()).state();
  }

  @Test
  void diskThatIsAppliedAndPendingForLong_completesWhileAnotherIsSent() {
    TaskResult.ManifestKey first = connector.send(run, generation, small, null);
    connector.staged().forEach(segments::deliver);
    assertThat(early.completeAll()).isZero();

    world.pass(LONG);
    assertThat(early.completeAll()).isEqualTo(1);

    assertThat(state(small)).isEqualTo(RunDisk.State.COMPLETING);
    assertThat(state(large)).isEqualTo(RunDisk.State.APPLYING);
    assertThat(world.run(run).progress().stage()).isNotEqualTo(Run.Stage.CONVERTING);

    TaskResult.ManifestKey second = connector.send(run, generation, large, null);
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, generation, List.of(first, second))).isEqualTo("APPLIED");
    disks.forEach(disk -> functions.complete(run, disk.id()));
    assertThat(state(small)).isEqualTo(RunDisk.State.COMPLETED);
    assertThat(state(large)).isEqualTo(RunDisk.State.COMPLETED);
  }

  @Test
  void diskOfWhichASegmentWaits_isLeftAlone() {
    connector.send(run, generation, small, null);
    world.pass(LONG);

    assertThat(early.completeAll()).isZero();
    assertThat(state(small)).isEqualTo(RunDisk.State.APPLYING);
  }

  @Test
  void diskThatTheConnectorHasNotSentToItsEnd_isLeftAlone() {
    world.pass(LONG);

    assertThat(early.completeAll()).isZero();
    assertThat(state(small)).isEqualTo(RunDisk.State.APPLYING);
  }

  @Test
  void diskThatCannotBeCompleted_isToldAndKeepsNoOtherFromIt() {
    connector.send(run, generation, small, null);
    connector.send(run, generation, large, null);
    connector.staged().forEach(segments::deliver);
    // Its manifest names another segment than the one that was applied.
    connector.send(run, generation, new TestDisk("small.img", 512).fill(0, 6), null);
    world.pass(LONG);

    assertThat(early.completeAll()).isEqualTo(1);

    assertThat(state(small)).isEqualTo(RunDisk.State.APPLYING);
    assertThat(state(large)).isEqualTo(RunDisk.State.COMPLETING);
    assertThat(world.log()).contains("snapshot-not-completed-early", small.id().value());
  }
}
