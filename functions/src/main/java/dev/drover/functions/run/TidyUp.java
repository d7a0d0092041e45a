package dev.drover.functions.run;

import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Leftovers;
import dev.drover.functions.state.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Removes what runs left that have ended: what a clean-up that failed did not come to, and what
 * came late. One that fails is repeated the next time and holds up no other.
 */
final class TidyUp {
  /** The rule comes each hour, and not to the second. */
  private static final Duration NEXT_LOOK = Duration.ofMinutes(50);

  private final State state;
  private final RunCleanUp cleanUp;
  private final InstantSource clock;
  private final EventLog log;

  TidyUp(State state, RunCleanUp cleanUp, InstantSource clock, EventLog log) {
    this.state = state;
    this.cleanUp = cleanUp;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Looks after every run that is due, the longest due first.
   *
   * @return how many were
   * @throws TransientException when one or more failed
   */
  int due() {
    Instant now = clock.instant();
    List<Leftovers.Leftover> due = state.leftovers().due(now);
    int failed = 0;
    for (Leftovers.Leftover leftover : due) {
      try {
        cleanUp.cleanUp(leftover.run());
        state.leftovers().looked(leftover, now.plus(NEXT_LOOK));
      } catch (RuntimeException e) {
        failed++;
        log.failure("run-not-tidied-up", leftover.run().logFields(), e);
      }
    }
    if (failed > 0) {
      throw new TransientException(
          failed + " of " + due.size() + " runs were not tidied up; see the log");
    }
    return due.size();
  }
}
