package dev.drover.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.RuleTargetInput;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.constructs.Construct;

/** A rule that calls a function again and again: it is to look after everything. */
final class RegularCall {
  private RegularCall() {}

  /** Every hour, with an empty event. */
  static void hourly(Construct scope, String id, String description, DroverFunction function) {
    of(scope, id, description, function, Duration.hours(1), Map.of());
  }

  /**
   * Asks every five minutes for what has a round in an hour: a round that was not ended, because
   * the call died or its time was over, goes on.
   */
  static void rounds(Construct scope, String id, String description, DroverFunction function) {
    of(scope, id, description, function, Duration.minutes(5), Map.of("ifDue", true));
  }

  private static void of(
      Construct scope,
      String id,
      String description,
      DroverFunction function,
      Duration every,
      Map<String, Object> event) {
    Rule.Builder.create(scope, id)
        .description(description)
        .schedule(Schedule.rate(every))
        .targets(
            List.of(
                LambdaFunction.Builder.create(function.alias())
                    .event(RuleTargetInput.fromObject(event))
                    .build()))
        .build();
  }
}
