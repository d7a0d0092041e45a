package dev.drover.functions.account;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Executions of one state machine, for example replicate-run. */
public interface Executions {
  /**
   * An execution that was started.
   *
   * @param endedAt null while it runs
   */
  record Standing(@Nullable Instant endedAt) {}

  /** An execution that runs. */
  record Running(String name, Instant startedAt) {}

  /**
   * Sees to it that an execution of that name was started: the name makes the second start nothing.
   *
   * @param name unique over the 90 days for which Step Functions keeps names
   * @param input JSON
   */
  void start(String name, String input);

  /** Sees to it that no execution of that name runs, whether one did or not. */
  void stop(String name);

  /**
   * The execution of that name. What was started or has ended just now may not be seen yet.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html">DescribeExecution</a>
   */
  Optional<Standing> find(String name);

  /** The input of an execution; empty when there is none of that name. */
  Optional<String> input(String name);

  /**
   * Some of the executions that run.
   *
   * @param next of the part before; null: the first
   * @throws RefusedException when Step Functions does not know that part any more
   */
  Listing<Running> running(@Nullable String next);
}
