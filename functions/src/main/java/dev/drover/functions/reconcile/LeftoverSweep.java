package dev.drover.functions.reconcile;

import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.AtOnce;
import dev.drover.functions.state.Rounds;
import dev.drover.functions.state.State;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all that is looked after, once in each call if the time is enough; else the next
 * call goes on where this one stopped.
 */
final class LeftoverSweep {
  private static final char SEPARATOR = '/';

  private final State state;
  private final List<Station> stations;
  private final InstantSource clock;
  private final EventLog log;

  LeftoverSweep(State state, List<Station> stations, InstantSource clock, EventLog log) {
    this.state = state;
    this.stations = List.copyOf(stations);
    this.clock = clock;
    this.log = log;
  }

  /** What a call came to. */
  private static final class Tally {
    final AtomicInteger done = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();
    int legs;
  }

  /**
   * Sweeps. What fails holds up nothing else.
   *
   * @param end no work is begun from then on
   * @return how many runs, jobs and leftovers were looked after
   * @throws TransientException when one or more failed
   */
  int sweep(Instant end) {
    return sweep(state.sweep().now(clock), end);
  }

  /** The same when a round is due, else nothing; what the call before did not come to is due. */
  int sweepIfDue(Instant end) {
    return state.sweep().due(clock).map(round -> sweep(round, end)).orElse(0);
  }

  private int sweep(Rounds.Round round, Instant end) {
    Tally tally = new Tally();
    String next = visit(round, end, tally);
    while (next != null && clock.instant().isBefore(end)) {
      round.goOnAt(next);
      next = visit(round, end, tally);
    }
    if (next == null) {
      round.end();
    } else {
      round.goOnAt(next);
      round.leave();
    }
    tell(tally, next == null);
    return tally.done.get();
  }

  private void tell(Tally tally, boolean isRound) {
    int failed = tally.failed.get();
    int all = tally.done.get() + failed;
    Map<String, Object> fields = new HashMap<>();
    fields.put("done", tally.done.get());
    fields.put("failed", failed);
    fields.put("parts", tally.legs);
    fields.put("all", isRound);
    log.event("leftovers-swept", fields);
    if (failed > 0) {
      throw new TransientException(
          failed + " of " + all + " runs, jobs and leftovers were not swept; see the log");
    }
  }

  /** Looks after a part; tells where the next one begins, null behind the last. */
  private @Nullable String visit(Rounds.Round round, Instant end, Tally tally) {
    Station station = station(round.at());
    if (!round.begin()) {
      // What lies behind a listing that always kills is not known; the next round comes to it.
      return round.next().orElseGet(() -> following(station));
    }
    tally.legs++;
    Station.Leg leg = leg(station, from(round.at()), tally);
    String next = leg.next() == null ? following(station) : station.word() + SEPARATOR + leg.next();
    if (next != null && !leg.works().isEmpty()) {
      round.knowsNext(next);
    }
    AtOnce.each(leg.works(), work -> done(work, end, tally));
    return next;
  }

  private Station.Leg leg(Station station, @Nullable String from, Tally tally) {
    try {
      return station.look(from);
    } catch (RuntimeException e) {
      tally.failed.incrementAndGet();
      log.failure("not-looked-after", Map.of("kind", station.word()), e);
      return new Station.Leg(List.of(), null);
    }
  }

  /** Tells whether it was done. */
  private boolean done(Station.Work work, Instant end, Tally tally) {
    if (!clock.instant().isBefore(end)) {
      return false;
    }
    try {
      work.work().run();
      tally.done.incrementAndGet();
      return true;
    } catch (RuntimeException e) {
      tally.failed.incrementAndGet();
      log.failure("not-swept", work.about(), e);
      return false;
    }
  }

  private @Nullable String following(Station station) {
    int following = stations.indexOf(station) + 1;
    return following == stations.size() ? null : stations.get(following).word();
  }

  /** The first for what names none, as at the beginning. */
  private Station station(String at) {
    String word = word(at);
    return stations.stream()
        .filter(station -> station.word().equals(word))
        .findFirst()
        .orElse(stations.getFirst());
  }

  private static String word(String at) {
    int slash = at.indexOf(SEPARATOR);
    return slash < 0 ? at : at.substring(0, slash);
  }

  private static @Nullable String from(String at) {
    int slash = at.indexOf(SEPARATOR);
    return slash < 0 ? null : at.substring(slash + 1);
  }
}
