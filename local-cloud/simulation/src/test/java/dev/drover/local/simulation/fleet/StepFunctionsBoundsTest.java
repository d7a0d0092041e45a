package dev.drover.local.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.simulation.asl.ExecutionSummary;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;

class StepFunctionsBoundsTest {
  private final List<String> broken = new ArrayList<>();

  private void look(int events, long bytes) {
    broken.clear();
    new StepFunctionsBounds((promise, kind, sentence) -> broken.add(kind))
        .look(
            new ExecutionSummary(
                "run", ExecutionStatus.SUCCEEDED, Fleet.START, Fleet.START, events, bytes));
  }

  @Test
  void look_atWhatIsFarFromItsLimits_breaksNothing() {
    look(22_500, 235_000);
    assertThat(broken).isEmpty();
  }

  @Test
  void look_atWhatIsNear_isBroken() {
    look(22_501, 1_000);
    assertThat(broken).containsExactly("history-near-limit");
    look(100, 236_000);
    assertThat(broken).containsExactly("payload-near-limit");
  }
}
