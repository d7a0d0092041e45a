package dev.drover.infra;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.RuleTargetInput;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.constructs.Construct;

/** A rule that calls a function, with an event that says what it is to look after. */
final class RuleCall {
  private RuleCall() {}

  /** Every hour, with an empty event. */
  static void hourly(Construct scope, String id, String description, DroverFunction function) {
    every(Duration.hours(1), scope, id, description, function, Map.of());
  }

  /**
   * Asks every five minutes for what has a round in an hour: a round that was not ended, because
   * the call died or its time was over, goes on.
   */
  static void rounds(Construct scope, String id, String description, DroverFunction function) {
    every(Duration.minutes(5), scope, id, description, function, Map.of("ifDue", true));
  }

  /** Again and again. */
  static void every(
      Duration period,
      Construct scope,
      String id,
      String description,
      DroverFunction function,
      Map<String, Object> event) {
    of(scope, id, description, function, event, rule -> rule.schedule(Schedule.rate(period)));
  }

  /** Whenever the rule says. */
  static void of(
      Construct scope,
      String id,
      String description,
      DroverFunction function,
      Map<String, Object> event,
      UnaryOperator<Rule.Builder> when) {
    when.apply(Rule.Builder.create(scope, id))
        .description(description)
        .targets(
            List.of(
                LambdaFunction.Builder.create(function.alias())
                    .event(RuleTargetInput.fromObject(event))
                    .build()))
        .build();
  }
}
