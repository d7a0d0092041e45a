package dev.drover.connector.pulse;

import dev.drover.connector.host.Host;
import dev.drover.connector.stop.StopSignal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one piece of work does at this moment. Its threads say what they begin; what takes longer
 * than its limit hangs, and so does a work of which no thread begins or ends anything. Who hangs
 * cannot be ended, only left: then the work is given up, and its threads are counted until they
 * come back.
 */
public final class Pulse {
  private final Host host;
  private final Limits limits;
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong touchedNanos;
  private final ConcurrentSkipListMap<Long, Step> inHand = new ConcurrentSkipListMap<>();
  private final CompletableFuture<Hang> givenUp = new CompletableFuture<>();
  private final StopSignal stop;

  /**
   * Of a work that begins now.
   *
   * @param stop ends the work; the work is asked to stop when it is given up
   */
  public Pulse(Host host, Limits limits, StopSignal stop) {
    this.host = host;
    this.limits = limits;
    this.stop = stop;
    this.touchedNanos = new AtomicLong(host.nanoTime());
  }

  /** Of a work on this JVM that nobody gives up. */
  public Pulse(StopSignal stop) {
    this(Host.JVM, Limits.DEFAULT, stop);
  }

  /** What ends the work, because it was given up or for another reason. */
  public StopSignal stop() {
    return stop;
  }

  /** Something that is being done. */
  public final class Step implements AutoCloseable {
    private final long number = numbers.incrementAndGet();
    private final Supplier<String> what;
    private final @Nullable Duration limit;
    private volatile long sinceNanos = host.nanoTime();

    private Step(Supplier<String> what, @Nullable Duration limit) {
      this.what = what;
      this.limit = limit;
    }

    /** It got on. */
    public void touch() {
      sinceNanos = host.nanoTime();
      touchedNanos.set(sinceNanos);
    }

    /** It has come back. */
    @Override
    public void close() {
      inHand.remove(number);
      touchedNanos.set(host.nanoTime());
    }

    private boolean isOverdue(long nowNanos) {
      return limit != null && nowNanos - sinceNanos > limit.toNanos();
    }
  }

  /** Asks the source for something; see {@link Limits#read}. */
  public Step read(Supplier<String> what) {
    return begin(what, limits.read());
  }

  /** Speaks with the store; see {@link Limits#put}. */
  public Step put(Supplier<String> what) {
    return begin(what, limits.put());
  }

  /** Waits for something that has its own end, as long as that takes. */
  public Step await(String what) {
    return begin(() -> what, null);
  }

  private Step begin(Supplier<String> what, @Nullable Duration limit) {
    Step step = new Step(what, limit);
    inHand.put(step.number, step);
    touchedNanos.set(step.sinceNanos);
    return step;
  }

  /** What hangs, or that all stand still; of several the one that began first. */
  public Optional<Hang> hang() {
    Optional<Hang> overdue = overdue();
    return overdue.isPresent() || !inHand.isEmpty() ? overdue : stillness();
  }

  /** What has not come back within its limit; of several the one that began first. */
  public Optional<Hang> overdue() {
    long now = host.nanoTime();
    for (Step step : inHand.values()) {
      if (step.isOverdue(now)) {
        return Optional.of(new Hang(step.what.get(), Duration.ofNanos(now - step.sinceNanos)));
      }
    }
    return Optional.empty();
  }

  /** That no thread began or ended anything for too long, whatever they wait for. */
  public Optional<Hang> stillness() {
    Duration still = Duration.ofNanos(host.nanoTime() - touchedNanos.get());
    if (still.compareTo(limits.read()) <= 0) {
      return Optional.empty();
    }
    Step oldest = inHand.isEmpty() ? null : inHand.firstEntry().getValue();
    return Optional.of(new Hang(oldest == null ? "the work" : oldest.what.get(), still));
  }

  /** Leaves the work: whoever of it comes back is to stop. */
  public void giveUp(Hang hang) {
    givenUp.complete(hang);
    stop.stop();
  }

  /** Is there when the work was given up. */
  public CompletableFuture<Hang> givenUp() {
    return givenUp;
  }

  /** Whether no thread of it does anything. */
  public boolean isIdle() {
    return inHand.isEmpty();
  }

  /** How many threads do not come back. */
  public int hanging() {
    long now = host.nanoTime();
    return Math.toIntExact(inHand.values().stream().filter(step -> step.isOverdue(now)).count());
  }
}
