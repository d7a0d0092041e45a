package dev.drover.functions.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.TransientException;
import dev.drover.functions.report.ReportFunction;
import dev.drover.functions.segment.SegmentFunction;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.ScriptedConnector;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.Generation;
import dev.drover.protocol.message.TaskResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The last segment that a run waits for wakes it, whoever comes first. */
final class WaitForSegmentsTest {
  private final TestDisk disk =
      new TestDisk("root.img", 3 * DiskGeometry.EXTENT_BYTES).fill(0, 1).fill(130, 2).fill(260, 3);
  private final World world = World.withServer(List.of(disk));
  private final ScriptedConnector connector = new ScriptedConnector(world);
  private final SnapshotFunctions functions = new SnapshotFunctions(world);
  private final SegmentFunction segments = new SegmentFunction(world);
  private final RunReference run = world.beginNext(world.job().id());
  private final Generation generation = world.generation("first");

  private List<TaskResult.ManifestKey> sent() {
    functions.prepare(run, 1);
    new ReportFunction(world).report(connector.opened(run, generation, List.of(disk)));
    return List.of(connector.send(run, generation, disk, null));
  }

  private AwaitApplied.Output look(List<TaskResult.ManifestKey> sent) {
    return functions.look(run, 1, 0, generation, sent);
  }

  private void apply(int segment) {
    segments.deliver(connector.staged().get(segment));
  }

  @Test
  void wait_lastOfThreeSegmentsIsApplied_endsThenAndNotBefore() {
    List<TaskResult.ManifestKey> sent = sent();
    String token = functions.await(run, look(sent));
    apply(0);
    apply(1);
    assertThat(world.taskTokens.calls()).isZero();
    apply(2);
    assertThat(world.taskTokens.succeeded).containsOnlyKeys(token);
    assertThat(look(sent).status()).isEqualTo(AwaitApplied.Status.APPLIED);
  }

  @Test
  void wait_someWereAppliedBefore_endsWithTheRest() {
    List<TaskResult.ManifestKey> sent = sent();
    apply(0);
    String token = functions.await(run, look(sent));
    apply(1);
    assertThat(world.taskTokens.calls()).isZero();
    apply(2);
    assertThat(world.taskTokens.succeeded).containsOnlyKeys(token);
  }

  @Test
  void wait_allWereAppliedAfterTheLook_endsAtOnce() {
    AwaitApplied.Output look = look(sent());
    connector.staged().forEach(segments::deliver);
    assertThat(world.taskTokens.calls()).isZero();
    String token = functions.await(run, look);
    assertThat(world.taskTokens.succeeded).containsOnlyKeys(token);
  }

  /** It is seen waiting and counted while the look goes on: the wait must not expect one more. */
  @Test
  void wait_segmentIsAppliedDuringTheLook_isNotWaitedForAgain() {
    List<TaskResult.ManifestKey> sent = sent();
    world.objects.beforeNextListing(() -> apply(0));
    AwaitApplied.Output look = look(sent);
    assertThat(world.state.segmentWaits().find(run.runId()).done()).isEqualTo(1);
    String token = functions.await(run, look);
    apply(1);
    assertThat(world.taskTokens.calls()).isZero();
    apply(2);
    assertThat(world.taskTokens.succeeded).containsOnlyKeys(token);
  }

  @Test
  void wait_sameEventsAgain_countNothing() {
    AwaitApplied.Output look = look(sent());
    apply(0);
    apply(0);
    apply(0);
    functions.await(run, look);
    apply(1);
    assertThat(world.taskTokens.calls()).isZero();
  }

  /** An unreadable segment is asked for again; nothing is to be waited for. */
  @Test
  void wait_lastSegmentIsUnreadable_ends() {
    List<TaskResult.ManifestKey> sent = sent();
    String token = functions.await(run, look(sent));
    world.objects.flipBit(connector.staged().get(2), 300);
    connector.staged().forEach(segments::deliver);
    assertThat(world.taskTokens.succeeded).containsOnlyKeys(token);
    assertThat(look(sent).status()).isEqualTo(AwaitApplied.Status.MISSING);
  }

  @Test
  void wait_isOver_isToldOnce() {
    List<TaskResult.ManifestKey> sent = sent();
    AwaitApplied.Output look = look(sent);
    String expired = functions.await(run, look);
    world.taskTokens.expire(expired);
    connector.staged().forEach(segments::deliver);
    assertThat(world.taskTokens.succeeded).isEmpty();
    assertThat(world.taskTokens.calls()).isEqualTo(1);
    assertThat(look(sent).status()).isEqualTo(AwaitApplied.Status.APPLIED);
    world.wake.segmentDone(run.runId());
    assertThat(world.taskTokens.calls()).isEqualTo(1);
  }

  @Test
  void wait_secondAfterTheFirstTimedOut_endsAlone() {
    List<TaskResult.ManifestKey> sent = sent();
    String first = functions.await(run, look(sent));
    world.taskTokens.expire(first);
    apply(0);
    String second = functions.await(run, look(sent));
    apply(1);
    assertThat(world.taskTokens.calls()).isZero();
    apply(2);
    assertThat(world.taskTokens.succeeded).containsOnlyKeys(second);
    assertThat(world.taskTokens.calls()).isEqualTo(1);
  }

  @Test
  void wait_endOfAnEarlierOne_leavesItAlone() {
    AwaitApplied.Output look = look(sent());
    String first = functions.await(run, look);
    String second = functions.await(run, look);
    world.state.segmentWaits().end(run.runId(), first);
    connector.staged().forEach(segments::deliver);
    assertThat(world.taskTokens.succeeded).containsOnlyKeys(second);
  }

  @Test
  void wait_generationIsNotAnnounced_endsWithTheFirstSegment() {
    functions.prepare(run, 1);
    List<TaskResult.ManifestKey> sent = List.of(connector.send(run, generation, disk, null));
    String token = functions.await(run, look(sent));
    apply(0);
    assertThat(world.taskTokens.calls()).isZero();
    new ReportFunction(world).report(connector.opened(run, generation, List.of(disk)));
    apply(0);
    assertThat(world.taskTokens.succeeded).containsOnlyKeys(token);
  }

  @Test
  void segment_runCannotBeWoken_isAppliedAllTheSameAndTheNextTellsIt() {
    List<TaskResult.ManifestKey> sent = sent();
    AwaitApplied.Output look = look(sent);
    apply(0);
    String token = functions.await(run, look(sent));
    apply(1);
    world.taskTokens.failNext();
    apply(2);
    assertThat(world.log()).contains("run-not-woken");
    assertThat(world.queues.take()).isEmpty();
    assertThat(look(sent).status()).isEqualTo(AwaitApplied.Status.APPLIED);
    assertThat(world.taskTokens.succeeded).isEmpty();
    world.wake.segmentDone(run.runId());
    assertThat(world.taskTokens.succeeded).containsOnlyKeys(token);
    assertThat(look.expected()).isEqualTo(3);
  }

  @Test
  void wait_answerDoesNotComeThrough_failsSoThatItIsTriedAgain() {
    AwaitApplied.Output look = look(sent());
    connector.staged().forEach(segments::deliver);
    world.taskTokens.failNext();
    assertThatThrownBy(() -> functions.await(run, look)).isInstanceOf(TransientException.class);
    String again = functions.await(run, look);
    assertThat(world.taskTokens.succeeded).containsOnlyKeys(again);
  }
}
