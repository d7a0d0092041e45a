package dev.drover.local.simulation.asl;

/** Whole numbers that a state's expressions make. */
final class Numbers {
  /**
   * The most seconds that a state may say.
   *
   * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html">Task</a>
   */
  private static final int MAX_SECONDS = 99_999_999;

  private Numbers() {}

  /**
   * Seconds. Not proven: that a fraction is an error; that too small a number is, the specification
   * says.
   *
   * @throws StateError.Raised States.QueryEvaluationError
   */
  static int seconds(Template template, Bindings bindings, int least) {
    Object value = template.evaluate(bindings);
    if (value instanceof Integer seconds && seconds >= least && seconds <= MAX_SECONDS) {
      return seconds;
    }
    throw StateError.queryEvaluation(
        "The value " + value + " is no whole number of seconds from " + least + ".");
  }
}
