package dev.drover.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;

/** The account's default event bus, where people learn of what no answer tells. */
final class EventBus {
  /** As the functions say it: dev.drover.functions.aws.DefaultEventBus. */
  private static final String SOURCE = "drover";

  private EventBus() {}

  /** In Drover's name, and nobody else's. */
  static void allowPut(DroverFunction function) {
    function.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("events:PutEvents"))
            .resources(
                List.of(
                    Stack.of(function)
                        .formatArn(
                            ArnComponents.builder()
                                .service("events")
                                .resource("event-bus")
                                .resourceName("default")
                                .build())))
            .conditions(Map.of("StringEquals", Map.of("events:source", SOURCE)))
            .build());
  }
}
