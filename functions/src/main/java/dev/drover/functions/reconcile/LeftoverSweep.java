package dev.drover.functions.reconcile;

import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.AtOnce;
import dev.drover.functions.state.State;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Goes round all that is looked after, once in each call if the time is enough; else the next call
 * goes on where this one stopped.
 *
 * <p>Where a part is followed by another is written down before the part's work begins: a call that
 * is killed by its work is followed by one that goes on behind it, and comes back to it with the
 * next round. So nothing that fails, or takes for ever, keeps the rest from being looked after.
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
    String at = state.sweep().find().filter(known -> station(known) != null).orElse(first());
    String begun = word(at);
    Tally tally = new Tally();
    boolean isRound;
    do {
      at = visit(at, end, tally);
      isRound = at.equals(begun);
    } while (!isRound && clock.instant().isBefore(end));
    tell(tally, isRound);
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

  /** Looks after a part; tells where the next one begins. */
  private String visit(String at, Instant end, Tally tally) {
    Station station = station(at);
    if (station == null) {
      return first();
    }
    tally.legs++;
    Station.Leg leg = leg(station, from(at), tally);
    String next = leg.next() == null ? following(station) : station.word() + SEPARATOR + leg.next();
    state.sweep().goOnAt(next);
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

  private String first() {
    return stations.getFirst().word();
  }

  private String following(Station station) {
    return stations.get((stations.indexOf(station) + 1) % stations.size()).word();
  }

  private @Nullable Station station(String at) {
    String word = word(at);
    return stations.stream()
        .filter(station -> station.word().equals(word))
        .findFirst()
        .orElse(null);
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
