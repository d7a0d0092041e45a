package dev.drover.connector.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.host.Host;
import dev.drover.connector.pulse.Limits;
import dev.drover.connector.site.FakeCloud;
import dev.drover.connector.site.HoldingSource;
import dev.drover.connector.site.Site;
import dev.drover.connector.task.FailureCode;
import dev.drover.connector.task.TaskFailure;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.Generation;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.TaskResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When what a run made on the site goes, and when it stays. */
class ReleasesTest {
  private static final TaskOutcome SUCCEEDED =
      new TaskOutcome.Succeeded(
          new TaskResult(
              1,
              Generation.of(Instant.parse("2026-11-28T00:00:00Z"), "s"),
              List.of(new TaskResult.ManifestKey(DiskId.of("web", "d"), "reports/x"))));

  @TempDir Path root;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private Instant now = Instant.parse("2026-11-28T08:00:00Z");
  private Site site;
  private HoldingSource source;
  private TaskBoard board;
  private Releases releases;

  @BeforeEach
  void start() throws IOException {
    site = new Site(root);
    source = new HoldingSource(site.source());
    restart();
  }

  private void restart() throws IOException {
    board = new TaskBoard(site.journal(), Host.JVM, Limits.DEFAULT);
    board.restore();
    releases = new Releases(source, site.held(), board, () -> now, new Threads());
  }

  @Test
  void ended_succeeded_isReleasedAndForgotten() throws IOException {
    ended(run(1), SUCCEEDED);
    assertThat(source.asked).containsExactly("release web " + FakeCloud.run(1));
    assertThat(site.held().all()).isEmpty();
  }

  @Test
  void ended_failedForGood_isReleased() throws IOException {
    ended(run(1), failed(FailureCode.SOURCE_UNREADABLE));
    assertThat(source.asked).containsExactly("release web " + FakeCloud.run(1));
  }

  /** The cloud hands the run over again, and it goes on with the same capture. */
  @Test
  void ended_failureThatMayPass_staysUntilItWasNotReadForADay() throws IOException {
    ended(run(1), failed(FailureCode.RETRY));
    now = now.plus(Releases.UNREAD);
    sweep();
    assertThat(source.asked).isEmpty();
    now = now.plusSeconds(1);
    sweep();
    assertThat(source.asked).containsExactly("release web " + FakeCloud.run(1));
  }

  @Test
  void ended_interrupted_staysForTheNextProcess() throws IOException {
    ended(run(1), new TaskOutcome.Interrupted());
    restart();
    sweep();
    assertThat(source.asked).isEmpty();
  }

  /** It could not say when it read last, and its task goes on. */
  @Test
  void sweep_afterAKill_countsTheDayFromTheStart() throws IOException {
    ConnectorTask.Replicate task = run(1);
    board.accept(task);
    releases.hold(task);
    now = now.plus(Duration.ofDays(3));
    restart();
    sweep();
    assertThat(source.asked).isEmpty();
    now = now.plus(Duration.ofHours(25));
    sweep();
    assertThat(source.asked).as("also while the cloud is silent").hasSize(1);
  }

  /** Killed when the result was told, before the snapshot was removed. */
  @Test
  void sweep_afterAKillInTheMiddleOfARelease_endsIt() throws IOException {
    source.refuses = true;
    ended(run(1), SUCCEEDED);
    source.refuses = false;
    source.asked.clear();
    restart();
    sweep();
    assertThat(source.asked).containsExactly("release web " + FakeCloud.run(1));
    assertThat(site.held().all()).isEmpty();
  }

  /** It could not hear that its success was told; the next life's question is refused. */
  @Test
  void sweep_afterAKillWhileTheResultWasTold_releases() throws IOException {
    ConnectorTask.Replicate task = run(1);
    board.accept(task);
    assertThat(board.take()).isPresent();
    releases.hold(task);
    releases.decided(task, false);
    restart();
    sweep();
    assertThat(source.asked).as("perhaps it was not told").isEmpty();
    ActiveTask again = board.take().orElseThrow();
    again.stoppedReading();
    releases.ended(task, new TaskOutcome.Abandoned(TaskBoard.NOBODY_WAITS));
    join();
    assertThat(source.asked).containsExactly("release web " + FakeCloud.run(1));
  }

  @Test
  void release_thatIsRefused_isAProblemUntilASweepMendsIt() throws IOException {
    source.refuses = true;
    ended(run(1), SUCCEEDED);
    assertThat(releases.problems())
        .containsExactly(
            "What run " + FakeCloud.run(1) + " made on the site still stands: The site is busy.");
    source.refuses = false;
    sweep();
    assertThat(releases.problems()).isEmpty();
    assertThat(source.asked).hasSize(2);
  }

  /** A snapshot grows: what stood in the way may be gone in minutes. */
  @Test
  void round_afterARefusal_triesThatAgainBeforeTheNextSweep() throws IOException {
    round();
    source.refuses = true;
    ended(run(1), SUCCEEDED);
    ended(run(2), failed(FailureCode.RETRY));
    source.asked.clear();
    source.known = Set.of();
    round();
    source.refuses = false;
    round();
    round();
    assertThat(source.asked)
        .containsExactly("release web " + FakeCloud.run(1), "release web " + FakeCloud.run(1));
    assertThat(source.known).as("orphans wait for the sweep").isEmpty();
    for (int i = 4; i <= Releases.ROUNDS_A_SWEEP; i++) {
      round();
    }
    assertThat(source.known).containsExactly(FakeCloud.run(2));
  }

  private void round() throws IOException {
    releases.round();
    join();
  }

  private ActiveTask reading(ConnectorTask.Replicate task) throws IOException {
    board.accept(task);
    ActiveTask active = board.take().orElseThrow();
    releases.hold(task);
    return active;
  }

  @Test
  void sweep_whatIsBeingRead_isNotReleasedHoweverLongThatTakes() throws IOException {
    ConnectorTask.Replicate task = run(1);
    ActiveTask active = reading(task);
    now = now.plus(Duration.ofDays(3));
    sweep();
    assertThat(source.asked).isEmpty();
    active.stoppedReading();
    releases.decided(task, false);
    sweep();
    assertThat(source.asked).as("its result cannot be told").isEmpty();
    now = now.plus(Duration.ofHours(25));
    sweep();
    assertThat(source.asked).as("for a day").hasSize(1);
  }

  @Test
  void cleanUp_ofARunThatIsNotKnown_releasesWhateverConnectorMadeIt() throws IOException {
    source.refuses = true;
    releases.cleanUp(cleanUp());
    join();
    assertThat(site.held().all()).as("stands on the disk").hasSize(1);
    source.refuses = false;
    restart();
    sweep();
    assertThat(source.asked)
        .containsExactly("clean up web " + FakeCloud.run(1), "clean up web " + FakeCloud.run(1));
    assertThat(site.held().all()).isEmpty();
  }

  @Test
  void cleanUp_whileATaskOfTheRunIsHere_waitsForItsEnd() throws IOException {
    ConnectorTask.Replicate task = run(1);
    ActiveTask active = reading(task);
    releases.cleanUp(cleanUp());
    sweep();
    assertThat(source.asked).isEmpty();
    active.stoppedReading();
    releases.ended(task, new TaskOutcome.Abandoned(TaskBoard.NOBODY_WAITS));
    join();
    assertThat(source.asked).containsExactly("clean up web " + FakeCloud.run(1));
  }

  @Test
  void hold_newAttemptOfARunThatWasToGo_keepsIt() throws IOException {
    source.refuses = true;
    ended(run(1), SUCCEEDED);
    releases.hold(run(1));
    source.asked.clear();
    sweep();
    assertThat(source.asked).isEmpty();
  }

  @Test
  void sweep_orphans_areAskedForWithoutWhatIsKnown() throws IOException {
    board.accept(run(1));
    ended(run(2), failed(FailureCode.RETRY));
    sweep();
    assertThat(source.known).containsExactlyInAnyOrder(FakeCloud.run(1), FakeCloud.run(2));
  }

  @Test
  void board_serverThatIsReserved_isNotBegunAndHoldsUpNoOther() throws IOException {
    board.accept(run(1));
    board.accept(site.cloud().task(2, 1, "db"));
    assertThat(board.reserve("web")).isTrue();
    assertThat(board.reserve("web")).isFalse();
    assertThat(board.take().orElseThrow().task().vmId()).isEqualTo("db");
    board.unreserve("web");
    assertThat(board.take().orElseThrow().task().vmId()).isEqualTo("web");
    assertThat(board.reserve("web")).as("it is read").isFalse();
  }

  private ConnectorTask.Replicate run(int number) {
    return site.cloud().task(number, 1, "web");
  }

  private static ConnectorTask.CleanUp cleanUp() {
    return new ConnectorTask.CleanUp(1, "c", FakeCloud.ENVIRONMENT, FakeCloud.run(1), "web");
  }

  private static TaskOutcome failed(FailureCode code) {
    return new TaskOutcome.Failed(new TaskFailure(code, "no"));
  }

  private void ended(ConnectorTask.Replicate task, TaskOutcome outcome) throws IOException {
    releases.hold(task);
    decided(task, outcome);
    releases.ended(task, outcome);
    join();
  }

  /** As the runner does before it tells. */
  private void decided(ConnectorTask.Replicate task, TaskOutcome outcome) throws IOException {
    if (outcome instanceof TaskOutcome.Succeeded) {
      releases.decided(task, false);
    } else if (outcome instanceof TaskOutcome.Failed(TaskFailure failure)) {
      releases.decided(task, failure.code().retryable());
    }
  }

  private void sweep() throws IOException {
    releases.sweep();
    join();
  }

  private void join() {
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    threads.clear();
  }

  /** Threads of this JVM that can be waited for. */
  private final class Threads implements Host {
    @Override
    public Thread thread(String name, Runnable body) {
      Thread thread = Host.JVM.thread(name, body);
      threads.add(thread);
      return thread;
    }

    @Override
    public boolean await(CompletableFuture<?> event, Duration atMost) {
      return Host.JVM.await(event, atMost);
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }
  }
}
