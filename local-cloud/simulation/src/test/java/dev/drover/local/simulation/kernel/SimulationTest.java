package dev.drover.local.simulation.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final int A_MINUTE_MILLIS = 60_000;
  private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");

  private static Simulation simulation(long seed) {
    return new Simulation(seed, START, Trace.digested());
  }

  @Test
  void timePassesOnlyWhenNothingIsLeftToDo() {
    Simulation simulation = simulation(1);
    List<Duration> woken = new ArrayList<>();
    simulation.start(
        "sleeper",
        () -> {
          for (int i = 0; i < 3; i++) {
            simulation.sleep(Duration.ofHours(5));
            woken.add(Duration.between(START, simulation.instant()));
          }
        });

    simulation.runUntil(START.plus(Duration.ofDays(1)));

    assertThat(woken)
        .containsExactly(Duration.ofHours(5), Duration.ofHours(10), Duration.ofHours(15));
    assertThat(simulation.instant()).isEqualTo(START.plus(Duration.ofDays(1)));
  }

  @Test
  void appointmentsThatWereCancelledAreForgotten() {
    Simulation simulation = simulation(1);
    List<String> done = new ArrayList<>();
    simulation.after(Duration.ofDays(1), () -> done.add("kept"));

    for (int i = 0; i < 100_000; i++) {
      simulation.after(Duration.ofHours(1), () -> done.add("cancelled")).cancel();
    }

    assertThat(simulation.appointments()).isLessThan(5_000);
    simulation.runUntil(START.plus(Duration.ofDays(2)));
    assertThat(done).containsExactly("kept");
    assertThat(simulation.steps()).isEqualTo(1);
  }

  @Test
  void stopEndsItAfterTheStepThatIsUnderWay() {
    Simulation simulation = simulation(1);
    List<String> done = new ArrayList<>();
    simulation.after(
        Duration.ofHours(1),
        () -> {
          simulation.stop();
          done.add("under way");
        });
    simulation.after(Duration.ofHours(2), () -> done.add("later"));

    simulation.runUntil(START.plus(Duration.ofDays(1)));

    assertThat(done).containsExactly("under way");
    assertThat(simulation.instant()).isEqualTo(START.plus(Duration.ofHours(1)));
  }

  @Test
  void oneSeedIsOneOrderAndAnotherSeedAnother() {
    assertThat(orderOf(7)).isEqualTo(orderOf(7));
    assertThat(orderOf(7)).isNotEqualTo(orderOf(8));
  }

  /** Threads that the process starts by an executor of the JDK, and a lock of it. */
  private static List<String> orderOf(long seed) {
    Simulation simulation = simulation(seed);
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String name = "p" + i;
      simulation.start(
          name,
          () -> {
            Semaphore free = new Semaphore(2);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
              for (int j = 0; j < 5; j++) {
                String task = name + "." + j;
                free.acquireUninterruptibly();
                threads.execute(
                    () -> {
                      simulation.sleep(Duration.ofMillis(10));
                      order.add(task);
                      free.release();
                    });
              }
            }
          });
    }
    simulation.runUntil(START.plusSeconds(10));
    assertThat(order).hasSize(20);
    return order;
  }

  @Test
  void aKilledProcessTakesNoStepMore() {
    Simulation simulation = simulation(1);
    List<String> said = new ArrayList<>();
    SimulatedProcess process =
        simulation.start(
            "victim",
            () -> {
              try {
                said.add("begun");
                simulation.sleep(Duration.ofMinutes(1));
                said.add("not reached");
              } finally {
                said.add("not tidied up");
              }
            });
    simulation.after(Duration.ofSeconds(30), process::kill);

    simulation.runUntil(START.plusSeconds(600));

    assertThat(said).containsExactly("begun");
  }

  @Test
  void anAnswerIsWaitedForSoLong() {
    Simulation simulation = simulation(1);
    CompletableFuture<String> early = new CompletableFuture<>();
    CompletableFuture<String> late = new CompletableFuture<>();
    simulation.after(Duration.ofSeconds(5), () -> early.complete("here"));
    List<Boolean> answers = new ArrayList<>();
    List<Instant> when = new ArrayList<>();
    simulation.start(
        "asker",
        () -> {
          answers.add(simulation.await(early, Duration.ofSeconds(10)));
          when.add(simulation.instant());
          answers.add(simulation.await(late, Duration.ofSeconds(10)));
          when.add(simulation.instant());
        });

    simulation.runUntil(START.plusSeconds(600));

    assertThat(answers).containsExactly(true, false);
    assertThat(when).containsExactly(START.plusSeconds(5), START.plusSeconds(15));
  }

  /**
   * The JDK wakes it from a thread of its own, whenever that gets a turn. A wait that ends while
   * the thread is still going to sleep is none: so it is a long one.
   */
  @Test
  void realTimeIsNoticed() {
    Simulation simulation = simulation(1);
    simulation.start("impatient", () -> LockSupport.parkNanos(500_000_000));

    assertThatThrownBy(
            () -> {
              for (int millis = 0; millis < A_MINUTE_MILLIS; millis++) {
                simulation.runUntil(START.plusMillis(millis));
                Thread.sleep(1);
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("real time");
  }
}
