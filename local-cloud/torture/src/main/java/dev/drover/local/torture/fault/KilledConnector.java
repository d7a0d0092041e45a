package dev.drover.local.torture.fault;

import dev.drover.local.torture.site.Connector;
import dev.drover.local.torture.wire.Call;
import dev.drover.local.torture.wire.Rule;
import dev.drover.local.torture.wire.Verdict;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code kill -9} of a connector at one step of a task after another; its supervisor starts it
 * again. Each step is a call that it makes: it is killed before that goes out, or after it was
 * answered and before the answer arrives.
 */
final class KilledConnector implements Fault {
  private enum Step {
    TASK_TAKEN,
    OPENED,
    SEGMENT,
    MANIFEST,
    COMPLETED,
    TOLD,
    HEARTBEAT;

    private boolean is(Call call) {
      return switch (this) {
        case TASK_TAKEN -> call.is("DeleteMessage");
        case OPENED -> call.puts("reports/") && call.path().endsWith("/opened.json");
        case SEGMENT -> call.putsSegment();
        case MANIFEST -> call.path().endsWith(".manifest");
        case COMPLETED -> call.puts("reports/") && call.path().endsWith("/completed.json");
        case TOLD -> call.is("SendTaskSuccess");
        case HEARTBEAT -> call.is("SendTaskHeartbeat");
      };
    }
  }

  private static final List<Step> STEPS = List.of(Step.values());

  private final List<Connector> connectors;
  private final int first;
  private final AtomicInteger strikes = new AtomicInteger();
  private final List<Rule> rules;

  KilledConnector(List<Connector> connectors, Random random) {
    this.connectors = connectors;
    this.first = random.nextInt(STEPS.size());
    this.rules = connectors.stream().map(this::rule).toList();
  }

  private Rule rule(Connector connector) {
    return call -> {
      int strike = strikes.get();
      Step step = STEPS.get((first + strike) % STEPS.size());
      if (!step.is(call) || !strikes.compareAndSet(strike, strike + 1)) {
        return Verdict.PASS;
      }
      connector.kill();
      return strike % 2 == 0 ? new Verdict.Drop() : new Verdict.LoseAnswer();
    };
  }

  @Override
  public void begin() {
    for (int i = 0; i < rules.size(); i++) {
      connectors.get(i).proxy().lay(rules.get(i));
    }
  }

  @Override
  public void heal() {
    for (int i = 0; i < rules.size(); i++) {
      connectors.get(i).proxy().lift(rules.get(i));
    }
  }

  @Override
  public int strikes() {
    return strikes.get();
  }
}
