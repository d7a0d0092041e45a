package dev.drover.functions.run;

import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.TaskTokens;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.SegmentWait;
import dev.drover.functions.state.SegmentWaits;
import dev.drover.protocol.RunId;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Wakes a run that waits for its last segments. Only the time until its next look is at stake: the
 * waiting task's timeout ends the wait in any case, and a run that is woken too early looks, and
 * waits again.
 */
public final class RunWake {
  private static final String NO_OUTPUT = "{}";

  private final SegmentWaits waits;
  private final TaskTokens tokens;
  private final InstantSource clock;
  private final EventLog log;

  public RunWake(SegmentWaits waits, TaskTokens tokens, InstantSource clock, EventLog log) {
    this.waits = waits;
    this.tokens = tokens;
    this.clock = clock;
    this.log = log;
  }

  /** A segment is done. It stays so when this fails, which is therefore only logged. */
  public void segmentDone(RunId runId) {
    done(runId, () -> waits.count(runId, clock.instant()));
  }

  /**
   * A segment came corrupt, which is counted; nobody waits for it any more.
   *
   * @param which it is and what is wrong with it
   */
  public void segmentCorrupt(RunId runId, String which) {
    done(runId, () -> waits.countCorrupt(runId, which, clock.instant()));
  }

  private void done(RunId runId, Supplier<SegmentWait> count) {
    try {
      wake(count.get());
    } catch (TransientException | RefusedException e) {
      log.failure("run-not-woken", Map.of("runId", runId), e);
    }
  }

  /**
   * A task waits until so many segments are done.
   *
   * @return how many are
   */
  public long await(RunId runId, long expected, String taskToken) {
    SegmentWait wait = waits.await(runId, expected, taskToken, clock.instant());
    wake(wait);
    return wait.done();
  }

  private void wake(SegmentWait wait) {
    String token = wait.taskToken();
    if (token == null || wait.done() < wait.expected()) {
      return;
    }
    boolean waited = tokens.succeed(token, NO_OUTPUT);
    log.event("run-woken", Map.of("runId", wait.runId(), "done", wait.done(), "waited", waited));
    // Afterwards, so that a call that failed is made again with the next segment; but only once.
    waits.end(wait.runId(), token);
  }
}
