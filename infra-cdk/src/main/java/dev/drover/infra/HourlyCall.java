package dev.drover.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.RuleTargetInput;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.constructs.Construct;

/** A rule that calls a function every hour with an empty event: it is to look after everything. */
final class HourlyCall {
  private static final Duration EVERY = Duration.hours(1);

  private HourlyCall() {}

  static void of(Construct scope, String id, String description, DroverFunction function) {
    Rule.Builder.create(scope, id)
        .description(description)
        .schedule(Schedule.rate(EVERY))
        .targets(
            List.of(
                LambdaFunction.Builder.create(function.alias())
                    .event(RuleTargetInput.fromObject(Map.of()))
                    .build()))
        .build();
  }
}
