package dev.drover.local.simulation.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.simulation.fault.EventFaults;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ProcessorTest {
  private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");
  private static final long GIB = 1L << 30;

  private final Simulation simulation = new Simulation(1, START, Trace.off());

  private Duration timeOf(int memoryMib, long bytes) {
    CompletableFuture<Instant> end = new CompletableFuture<>();
    Instant begun = simulation.instant();
    var _ =
        simulation.start(
            "function",
            () -> {
              new Processor(simulation, memoryMib).bytes(bytes);
              end.complete(simulation.instant());
            });
    simulation.runUntil(begun.plus(Duration.ofHours(1)));
    return Duration.between(begun, end.join());
  }

  @Test
  void bytes_byOneCore_takeSecondsForAGib() {
    assertThat(timeOf(1_769, GIB)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(5));
  }

  @Test
  void bytes_withAThirdOfTheMemory_takeThreeTimesAsLong() {
    assertThat(timeOf(590, 10 * GIB).toSeconds())
        .isCloseTo(3 * timeOf(1_769, 10 * GIB).toSeconds(), Offset.offset(2L));
  }

  /** So long that {@code CompleteSnapshot}, which has 15 minutes, is ended by Lambda. */
  @Test
  void invoke_thatComputesForLongerThanItsFunctionMay_timesOut() {
    Lambda lambda = new Lambda(simulation, new Queues(simulation, calm()), 1);
    Deployed deployed = new Deployed();
    lambda.create(
        "CompleteSnapshot",
        deployed.timeout("CompleteSnapshot"),
        (process, death) -> {
          Processor processor = new Processor(simulation, deployed.memoryMib("CompleteSnapshot"));
          return (event, deadline) -> {
            processor.bytes((long) event);
            return "done";
          };
        });

    assertThat(answer(lambda, 100 * GIB)).isEqualTo("done");
    assertThat(answer(lambda, 300 * GIB)).isEqualTo("Sandbox.Timedout");
  }

  private static EventFaults calm() {
    return new EventFaults(Set.of(), new SplittableRandom(1));
  }

  private String answer(Lambda lambda, long bytes) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    lambda.invoke(
        "CompleteSnapshot",
        bytes,
        new Lambda.Callback() {
          @Override
          public void succeeded(Object result) {
            answer.complete((String) result);
          }

          @Override
          public void failed(String error, String message) {
            answer.complete(error);
          }
        });
    simulation.runUntil(simulation.instant().plus(Duration.ofHours(1)));
    return answer.join();
  }
}
