package dev.drover.local.torture.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);

  @Test
  void schedule_ofOneSeed_isTheSameAndOfAnotherIsNot() {
    assertThat(steps(5)).isEqualTo(steps(5)).isNotEqualTo(steps(6));
  }

  @Test
  void schedule_ofARound_hasEachKindAloneOrWithAnother() {
    List<FaultKind> kinds = steps(7).stream().flatMap(step -> step.kinds().stream()).toList();

    assertThat(kinds).containsAll(ALL);
    assertThat(steps(7)).anyMatch(step -> step.kinds().size() == 2);
    assertThat(steps(7)).allMatch(step -> Set.copyOf(step.kinds()).size() == step.kinds().size());
  }

  @Test
  void parse_namesOrAll_andNothingElse() {
    assertThat(FaultKind.parse("all")).isEqualTo(ALL);
    assertThat(FaultKind.parse("s3-hangs,poison"))
        .containsExactlyInAnyOrder(FaultKind.S3_HANGS, FaultKind.POISON);
    assertThatThrownBy(() -> FaultKind.parse("s3-hang"))
        .hasMessageContaining("there is no fault 's3-hang'")
        .hasMessageContaining("s3-hangs");
  }

  private static List<Schedule.Step> steps(long seed) {
    Schedule schedule = Schedule.of(ALL, seed);
    List<Schedule.Step> steps = new ArrayList<>();
    for (int i = 0; i < ALL.size(); i++) {
      steps.add(schedule.next());
    }
    return steps;
  }
}
