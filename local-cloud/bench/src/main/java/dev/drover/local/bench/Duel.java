package dev.drover.local.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Two kinds of work over the same bytes, measured in turn, so that a busy minute of the machine
 * meets both.
 *
 * @param oursSeconds median
 * @param theirsSeconds median
 */
record Duel(double oursSeconds, double theirsSeconds) {
  private static final int ROUNDS = 3;

  /** Something to measure. */
  interface Work {
    void run() throws IOException;
  }

  /** A round to warm up, then three that count. */
  static Duel of(Work ours, Work theirs) throws IOException {
    double[] our = new double[ROUNDS];
    double[] their = new double[ROUNDS];
    seconds(theirs);
    seconds(ours);
    for (int round = 0; round < ROUNDS; round++) {
      their[round] = seconds(theirs);
      our[round] = seconds(ours);
    }
    return new Duel(median(our), median(their));
  }

  static double seconds(Work work) throws IOException {
    long begin = System.nanoTime();
    work.run();
    return (System.nanoTime() - begin) / 1e9;
  }

  /** Above 1: ours takes less time than the other. */
  double speedRatio() {
    return theirsSeconds / oursSeconds;
  }

  /** For people: the ratio, and the rates that it is made of. */
  String text(String other, long bytes) {
    return String.format(
        Locale.ROOT,
        "%5.2f of %s (%.0f : %.0f MiB/s)",
        speedRatio(),
        other,
        mibPerSecond(bytes, oursSeconds),
        mibPerSecond(bytes, theirsSeconds));
  }

  static double mibPerSecond(long bytes, double seconds) {
    return bytes / seconds / (1 << 20);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
