package dev.drover.local.launcher;

import java.io.PrintStream;

/**
 * Where a person reads: lines, and one line that changes in place while something lasts.
 *
 * @param live whether a line may be overwritten; in a file only its last state is written
 */
record Terminal(PrintStream out, boolean live) {
  /** Set by the script, which knows whether its output is a terminal; Java would ask its input. */
  private static final String LIVE = "DROVER_TERMINAL";

  private static final String ERASE_LINE = "\r\u001b[K";

  static Terminal ofThisProcess() {
    return new Terminal(System.out, System.getenv(LIVE) != null);
  }

  void line(String text) {
    out.println(text);
  }

  /** Shows a state that the next one replaces. */
  void overwrite(String text) {
    if (live) {
      out.print(ERASE_LINE + text);
      out.flush();
    }
  }

  /** Shows the last state, which stays. */
  void finish(String text) {
    out.println(live ? ERASE_LINE + text : text);
  }
}
