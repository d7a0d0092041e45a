package dev.drover.local.simulation.kernel;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when nothing is left to do, and one thread at a time.
 *
 * <p>The threads of a {@link SimulatedProcess} are virtual ones that this class schedules by
 * itself, on the thread that calls {@link #runUntil}: which of those that could run goes next, the
 * seed decides. They may wait for one another with everything in {@code java.util.concurrent}; for
 * time they wait with {@link #sleep}, and for an answer with {@link #await}. A real clock or a
 * contended monitor would bring in the machine's own order, so a thread that comes back from one
 * ends the simulation with an error.
 *
 * <p>Not thread-safe, and need not be.
 */
public final class Simulation implements InstantSource {
  private static final int MANY_CANCELLED = 1_000;

  private final Thread driver = Thread.currentThread();
  private final SplittableRandom seeds;
  private final RandomGenerator order;
  private final Trace trace;
  private final List<Runnable> ready = new ArrayList<>();
  private final PriorityQueue<Timed> timed = new PriorityQueue<>();
  private final Queue<String> intruders = new ConcurrentLinkedQueue<>();
  private Instant now;
  private long sequence;
  private long steps;
  private int cancelled;
  private volatile boolean stopped;

  /** A simulation that begins at that time; the thread that makes it runs it. */
  public Simulation(long seed, Instant start, Trace trace) {
    this.seeds = new SplittableRandom(seed);
    this.order = seeds.split();
    this.now = start;
    this.trace = trace;
    trace.readsTimeFrom(this);
  }

  /** Something that is due. */
  private record Timed(Instant time, long sequence, Appointment appointment)
      implements Comparable<Timed> {
    @Override
    public int compareTo(Timed other) {
      int byTime = time.compareTo(other.time);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  /** What will be done at a time, unless it is cancelled before. */
  public final class Appointment {
    private @Nullable Runnable action;

    private Appointment(Runnable action) {
      this.action = action;
    }

    /** It is not done, and what it would have done is forgotten; a second time changes nothing. */
    public void cancel() {
      if (action != null) {
        action = null;
        cancelled++;
        forgetCancelled();
      }
    }

    private @Nullable Runnable take() {
      Runnable taken = action;
      action = null;
      return taken;
    }
  }

  /** Timeouts are long and mostly cancelled: they must not fill the queue until they are due. */
  private void forgetCancelled() {
    if (cancelled > MANY_CANCELLED && cancelled > timed.size() / 2) {
      timed.removeIf(each -> each.appointment.action == null);
      cancelled = 0;
    }
  }

  /** What happened. */
  public Trace trace() {
    return trace;
  }

  /** Virtual time. */
  @Override
  public Instant instant() {
    return now;
  }

  /** How many pieces of work were done: a thread until it waited, or something that was due. */
  public long steps() {
    return steps;
  }

  /** A source of chance of its own, so that who draws more elsewhere changes nothing here. */
  public RandomGenerator newRandom() {
    return seeds.split();
  }

  /**
   * Does something at a time, now if that is past.
   *
   * @param action runs outside of every process, so it must not wait
   */
  public Appointment at(Instant time, Runnable action) {
    Appointment appointment = new Appointment(action);
    timed.add(new Timed(time.isBefore(now) ? now : time, sequence++, appointment));
    return appointment;
  }

  /** Does something after a while, see {@link #at}. */
  public Appointment after(Duration delay, Runnable action) {
    return at(now.plus(delay), action);
  }

  /** How many appointments are kept, those that were cancelled and are not forgotten yet, too. */
  int appointments() {
    return timed.size();
  }

  /** Lets the calling thread of a process sleep. */
  public void sleep(Duration duration) {
    CompletableFuture<Boolean> woken = new CompletableFuture<>();
    after(duration, () -> woken.complete(true));
    woken.join();
  }

  /**
   * Lets the calling thread of a process wait for an answer, at most so long.
   *
   * @return whether the answer is there
   */
  public boolean await(CompletableFuture<?> answer, Duration atMost) {
    if (answer.isDone()) {
      return true;
    }
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    Appointment timeout = after(atMost, () -> end.complete(true));
    CompletableFuture<?> first =
        CompletableFuture.anyOf(end, answer.handle((value, failure) -> true));
    first.join();
    timeout.cancel();
    return answer.isDone();
  }

  /** Starts a process; its first thread runs that. */
  public SimulatedProcess start(String name, Runnable main) {
    SimulatedProcess process = new SimulatedProcess(name, this::makeReady, trace);
    process.start(name, main);
    return process;
  }

  /** From any thread: ends {@link #runUntil} after the step that is under way. */
  public void stop() {
    stopped = true;
  }

  /** Runs until that time, until it is stopped, or until nothing will ever happen again. */
  public void runUntil(Instant end) {
    while (!stopped && step(end)) {
      steps++;
    }
    if (!stopped && now.isBefore(end)) {
      now = end;
    }
  }

  private boolean step(Instant end) {
    String intruder = intruders.poll();
    if (intruder != null) {
      throw new IllegalStateException(
          "the thread '"
              + intruder
              + "' woke a simulated one: it waited for a monitor or for real time");
    }
    if (!ready.isEmpty()) {
      takeReady().run();
      return true;
    }
    Timed next = timed.peek();
    while (next != null && !next.time.isAfter(end)) {
      timed.poll();
      Runnable action = next.appointment.take();
      if (action != null) {
        now = next.time;
        action.run();
        return true;
      }
      cancelled--;
      next = timed.peek();
    }
    return false;
  }

  private Runnable takeReady() {
    int last = ready.size() - 1;
    int chosen = last == 0 ? 0 : order.nextInt(last + 1);
    Runnable next = ready.get(chosen);
    ready.set(chosen, ready.get(last));
    ready.remove(last);
    return next;
  }

  private void makeReady(Runnable continuation) {
    Thread current = Thread.currentThread();
    if (!current.equals(driver) && !current.isVirtual()) {
      intruders.add(current.getName());
      return;
    }
    ready.add(continuation);
  }
}
