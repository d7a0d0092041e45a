package dev.drover.functions.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link Executions} promises. */
public abstract class ExecutionsContract extends PortContract {
  private final String name = "contract-" + unique();

  /** The executions under test. */
  protected abstract Executions executions();

  /** The inputs of all executions that were started under a name. */
  protected abstract List<String> inputs(String executionName);

  @Test
  void find_startedOrNot_tells() {
    assertThat(executions().find(name)).isEmpty();
    executions().start(name, "{}");
    assertThat(executions().find(name)).contains(new Executions.Standing(null));
  }

  @Test
  void start_isStartedWithItsInput() {
    executions().start(name, "{\"jobId\":\"a\"}");

    assertThat(inputs(name)).containsExactly("{\"jobId\":\"a\"}");
  }

  @Test
  void running_givesThoseThatRunAndInputTheirInput() {
    executions().start(name, "{\"jobId\":\"a\"}");

    List<String> names = new ArrayList<>();
    String from = null;
    do {
      Listing<Executions.Running> part = executions().running(from);
      part.items().forEach(running -> names.add(running.name()));
      from = part.next();
    } while (from != null);

    assertThat(names).contains(name);
    assertThat(executions().input(name)).contains("{\"jobId\":\"a\"}");
    assertThat(executions().input(name + "-none")).isEmpty();
  }

  @Test
  void start_again_startsNothing() {
    executions().start(name, "{\"try\":1}");
    executions().start(name, "{\"try\":1}");
    executions().start(name, "{\"try\":2}");

    assertThat(inputs(name)).containsExactly("{\"try\":1}");
  }
}
