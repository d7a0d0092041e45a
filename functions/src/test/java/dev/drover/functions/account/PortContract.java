package dev.drover.functions.account;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/**
 * What a port promises, as tests that every implementation passes: the double in memory, and the
 * adapter against what plays AWS at the wire. A backend may live through many tests, so that each
 * takes names of its own.
 */
abstract class PortContract {
  private static final AtomicInteger NAMES =
      new AtomicInteger(Math.floorMod(ProcessHandle.current().pid(), 0x7fff) << 16);

  /** What the backend is known to do otherwise, each with the reason. */
  protected Map<Weakness, String> weaknesses() {
    return Map.of();
  }

  final void requireNo(Weakness weakness) {
    String reason = weaknesses().get(weakness);
    if (reason != null) {
      System.out.println(getClass().getSimpleName() + " skips a test: " + reason + ".");
    }
    Assumptions.assumeTrue(reason == null, () -> weakness + ": " + reason);
  }

  /** Eight hexadecimal digits that no other test has. */
  static String unique() {
    return "%08x".formatted(NAMES.incrementAndGet());
  }
}
