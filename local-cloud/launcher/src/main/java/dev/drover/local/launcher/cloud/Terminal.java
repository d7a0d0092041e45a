package dev.drover.local.launcher.cloud;

import java.io.PrintStream;

/**
 * Where a person reads: lines, and one line that changes in place while something lasts.
 *
 * @param live whether a line may be overwritten; in a file only its last state is written
 */
public record Terminal(PrintStream out, boolean live) {
  /** Set by the script, which knows whether its output is a terminal; Java would ask its input. */
  private static final String LIVE = "DROVER_TERMINAL";

  private static final String ERASE_LINE = "\r\u001b[K";

  public static Terminal ofThisProcess() {
    return new Terminal(System.out, System.getenv(LIVE) != null);
  }

  public void line(String text) {
    out.println(text);
  }

  /** Shows a state that the next one replaces. */
  public void overwrite(String text) {
    if (live) {
      out.print(ERASE_LINE + text);
      out.flush();
    }
  }

  /** Shows the last state, which stays. */
  public void finish(String text) {
    out.println(live ? ERASE_LINE + text : text);
  }
}
