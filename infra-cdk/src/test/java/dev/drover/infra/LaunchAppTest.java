package dev.drover.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** The state machine launch-app, and what may be launched. */
class LaunchAppTest {
  private final JsonNode machine = Definition.launchApp().json();

  @Test
  void advance_isTriedAgainAsTheFunctionsOfARunAre() {
    assertThat(machine.at("/States/Advance/Retry"))
        .isEqualTo(Definition.replicateRun().json().at("/States/PurgeStaging/Retry"));
  }

  @Test
  void advance_waitsForItsFunctionToEnd() {
    assertThat(machine.at("/States/Advance/TimeoutSeconds").asLong())
        .isGreaterThan(DeclaredFunction.ADVANCE_LAUNCH.timeout().toSeconds().longValue());
  }

  /** Of 25,000 events; an execution takes eleven for each look at the most, and a few for tries. */
  @Test
  void history_ofTheLongestExecution_staysWithinTheLimit() {
    // What a function of before says nothing of; no function says less.
    assertThat(machine.at("/States/Wait/Seconds").asText()).endsWith(" : 15 %}");
    long looks = machine.get("TimeoutSeconds").asLong() / 15;
    assertThat(looks * 11).isLessThan(20_000);
  }

  /** CloudFormation's RoleARN is not looked at on the local cloud, so it is held here. */
  @Test
  void stacks_areMadeOfInstancesOnlyAndWithOurRoles() {
    for (String function : new String[] {"LaunchesAdvanceLaunch", "SweepSweepLeftovers"}) {
      JsonNode makes = statement(function, "cloudformation:CreateStack");
      assertThat(
              Template.elements(
                  makes.at("/Condition/ForAllValues:StringEquals/cloudformation:ResourceTypes")))
          .extracting(JsonNode::asText)
          .containsExactly("AWS::EC2::Instance");
      assertThat(makes.at("/Condition/Null/cloudformation:ResourceTypes").asText())
          .isEqualTo("false");
      assertThat(makes.get("Resource").toString()).contains("stack/sms-app-*/*");
      JsonNode passes = statement(function, "cloudformation.amazonaws.com");
      assertThat(passes.get("Action").asText()).isEqualTo("iam:PassRole");
      assertThat(passes.get("Resource").toString()).contains("role/sms-launch*", "LaunchRole");
    }
  }

  private static JsonNode statement(String function, String text) {
    return Template.aws().resources("AWS::IAM::Policy").values().stream()
        .map(policy -> policy.get("Properties"))
        .filter(policy -> policy.get("Roles").toString().contains(function))
        .flatMap(policy -> Template.elements(policy.at("/PolicyDocument/Statement")).stream())
        .filter(statement -> statement.toString().contains(text))
        .findFirst()
        .orElseThrow();
  }
}
