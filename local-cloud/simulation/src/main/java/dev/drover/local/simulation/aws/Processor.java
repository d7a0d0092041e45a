package dev.drover.local.simulation.aws;

import dev.drover.local.simulation.kernel.Bottleneck;
import dev.drover.local.simulation.kernel.Line;
import dev.drover.local.simulation.kernel.Simulation;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The processor of a function's environment: its threads share what its memory gives. Computing is
 * counted by what goes in and out, because that is what our functions compute on.
 */
final class Processor {
  /**
   * With so much memory a function has one core, with less a part of it.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html">Memory</a>
   */
  private static final int ONE_CORE_MIB = 1_769;

  /**
   * TLS, zstd or JSON, and SHA-256 of what is read or put, by one core. A guess below what the
   * steps measure on a server's core: SHA-256 alone takes 1,790 MB a second.
   */
  private static final double BYTES_A_SECOND = 300.0 * (1 << 20);

  /** An SDK's call, warm: a guess. */
  private static final Duration CALL = Duration.ofMillis(1);

  /** What the first call of an environment loads and interprets, of one core's time: a guess. */
  private static final Duration FIRST_CALL = Duration.ofMillis(500);

  private final Bottleneck bottleneck;
  private final double cores;

  Processor(Simulation simulation, int memoryMib) {
    this.bottleneck = new Bottleneck(simulation);
    this.cores = Math.min(1, (double) memoryMib / ONE_CORE_MIB);
  }

  /** The first call in this environment begins. */
  void firstCall() {
    compute(FIRST_CALL);
  }

  /** Works through so many real bytes. */
  void bytes(long real) {
    compute(nanos(real / BYTES_A_SECOND * 1e9));
  }

  /** A line of which each call computes. */
  Line on(Line line) {
    return new Line() {
      @Override
      public <T> T call(String service, String operation, String about, Supplier<T> action) {
        compute(CALL);
        return line.call(service, operation, about, action);
      }
    };
  }

  private void compute(Duration ofOneCore) {
    bottleneck.use(nanos(ofOneCore.toNanos() / cores));
  }

  private static Duration nanos(double nanos) {
    return Duration.ofNanos(Math.round(nanos));
  }
}
