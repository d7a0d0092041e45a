package dev.drover.functions.state;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rounds through all of something, in parts that may each kill who works at it: where a call ends,
 * the next one goes on. Item {@code SWEEP / <name>}.
 *
 * <p>A part is written down before its work begins. One that killed whoever worked at it {@value
 * #TRIES} times is passed over, and has its turn again with the next round: so nothing that fails,
 * or takes for ever, keeps the rest from being looked after.
 */
public final class Rounds {
  private static final int TRIES = 3;

  /** Who wrote so lately is at work: a part's work takes seconds, Lambda tries again after 60. */
  private static final Duration AT_WORK = Duration.ofSeconds(45);

  /** A little less than the hour, as the rule that asks is never exact. */
  private static final Duration EVERY = Duration.ofMinutes(55);

  private static final String PK = "SWEEP";
  private static final String AT = "at";
  private static final String NEXT = "next";
  private static final String TRIED = "tried";
  private static final String BEGAN_AT = "beganAt";
  private static final String TOUCHED_AT = "touchedAt";

  private final Table table;
  private final String name;

  Rounds(Table table, String name) {
    this.table = table;
    this.name = name;
  }

  /**
   * Goes on with the round that was not ended; begins one when the last began an hour ago.
   *
   * @return empty when none is due, or somebody is at work at it
   */
  public Optional<Round> due(InstantSource clock) {
    Item item = table.get(PK, name).orElse(null);
    if (item == null || item.findTime(BEGAN_AT).isEmpty()) {
      return Optional.of(now(clock));
    }
    Instant now = clock.instant();
    Instant beganAt = item.time(BEGAN_AT);
    Optional<String> at = item.findText(AT);
    if (at.isEmpty()) {
      return beganAt.plus(EVERY).isAfter(now) ? Optional.empty() : Optional.of(now(clock));
    }
    if (item.time(TOUCHED_AT).plus(AT_WORK).isAfter(now)) {
      return Optional.empty();
    }
    int tried = (int) item.number(TRIED);
    String next = item.findText(NEXT).orElse(null);
    return Optional.of(new Round(clock, beganAt, at.get(), tried, next));
  }

  /** Begins one, whatever the last came to. */
  public Round now(InstantSource clock) {
    return new Round(clock, clock.instant(), "", 0, null);
  }

  /** A round at work; for one thread. */
  public final class Round {
    private final InstantSource clock;
    private final Instant beganAt;
    private String at;
    private int tried;
    private @Nullable String next;

    private Round(
        InstantSource clock, Instant beganAt, String at, int tried, @Nullable String next) {
      this.clock = clock;
      this.beganAt = beganAt;
      this.at = at;
      this.tried = tried;
      this.next = next;
    }

    /** The part it is at, as whoever goes round named it; empty at the beginning. */
    public String at() {
      return at;
    }

    /** Where the part behind it begins, if that was told before. */
    public Optional<String> next() {
      return Optional.ofNullable(next);
    }

    /** Begins the part's work; false: it is passed over. */
    public boolean begin() {
      if (tried == TRIES) {
        return false;
      }
      tried++;
      next = null;
      write();
      return true;
    }

    /** Tells where the part behind this one begins, before this one's work. */
    public void knowsNext(String place) {
      next = place;
      write();
    }

    /** Goes on to a part. */
    public void goOnAt(String place) {
      at = place;
      tried = 0;
      next = null;
    }

    /** Leaves the rest to the next call. */
    public void leave() {
      write();
    }

    /** All was gone through. */
    public void end() {
      table.update(touched().remove(AT).remove(NEXT).remove(TRIED));
    }

    private void write() {
      table.update(touched().set(AT, at).set(NEXT, next).set(TRIED, (Integer) tried));
    }

    private ItemUpdate touched() {
      return ItemUpdate.of(PK, name).set(BEGAN_AT, beganAt).set(TOUCHED_AT, clock.instant());
    }
  }
}
