package dev.drover.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * SnapStart works on published versions only, so nothing may invoke a function but by its alias;
 * executions by the version that they began with, see {@link ReplicateRunTest}.
 */
class InvocationTest {
  private static final Set<String> NAME_FUNCTION_AND_VERSION_APART =
      Set.of("AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig");

  private final Template template = Template.aws();
  private final Map<String, String> aliases = template.aliases();

  @Test
  void functions_all_areDeclaredAndHaveSnapStartAndAnAliasLive() {
    for (DeclaredFunction declared : DeclaredFunction.values()) {
      JsonNode function = template.function(declared.constructId()).get("Properties");
      assertThat(function.at("/Handler").asText()).isEqualTo(declared.handlerClass());
      assertThat(function.at("/Runtime").asText()).isEqualTo("java25");
      assertThat(function.at("/Architectures/0").asText()).isEqualTo("x86_64");
      assertThat(function.at("/SnapStart/ApplyOn").asText())
          .isEqualTo(declared.mayRestore() ? "PublishedVersions" : "");
      assertThat(function.at("/Timeout").asInt())
          .isEqualTo(declared.timeout().toSeconds().intValue());
      assertThat(function.at("/MemorySize").asInt()).isEqualTo(declared.memoryMib());
      assertThat(function.has("ReservedConcurrentExecutions")).isFalse();
      assertThat(function.at("/LoggingConfig/LogGroup").isMissingNode()).isFalse();
    }
    assertThat(template.functions()).hasSize(DeclaredFunction.values().length);
    assertThat(aliases.values()).hasSize(DeclaredFunction.values().length).doesNotHaveDuplicates();
    assertThat(template.resources("AWS::Lambda::Alias").values())
        .allSatisfy(alias -> assertThat(alias.at("/Properties/Name").asText()).isEqualTo("live"));
  }

  @Test
  void snapStart_isMissing_onlyWhereTheTemporaryFolderIsTooLargeForIt() {
    assertThat(DeclaredFunction.values())
        .filteredOn(declared -> !declared.mayRestore())
        .containsExactly(DeclaredFunction.COMPLETE_SNAPSHOT);
  }

  /** The whole template at once: whoever invokes a function has to name it somehow. */
  @Test
  void functions_anywhereInTheTemplate_areNamedByTheirVersionAndAliasOnly() {
    List<String> references = new ArrayList<>();
    template
        .json()
        .get("Resources")
        .properties()
        .forEach(
            entry -> {
              String type = entry.getValue().get("Type").asText();
              if (!NAME_FUNCTION_AND_VERSION_APART.contains(type)) {
                references(entry.getKey(), entry.getValue().path("Properties"), references);
              }
            });
    references("Outputs", template.json().get("Outputs"), references);
    assertThat(references).isEmpty();
  }

  @Test
  void functionNames_writtenOut_endInTheAliasOrInAnyVersion() {
    Set<String> texts = new TreeSet<>();
    texts(template.json().get("Resources"), texts);
    assertThat(texts)
        .filteredOn(text -> text.contains(":function:" + Template.STACK))
        .isNotEmpty()
        .allSatisfy(
            text -> assertThat(text).matches(".*:function:Drover-(StartRun:live|\\w+:\\*|\\*)"));
    assertThat(texts)
        .filteredOn(text -> text.endsWith(":function:Drover-*"))
        .as("all at once by who lists versions, and invokes none")
        .hasSize(1);
  }

  @Test
  void eventSources_all_invokeAliases() {
    assertThat(template.resources("AWS::Lambda::EventSourceMapping").values())
        .extracting(source -> template.invoked(source.at("/Properties/FunctionName")))
        .containsExactlyInAnyOrder("Drover-Segment", "Drover-Report");
  }

  @Test
  void api_postOnTheRoot_invokesTheAliasAndIsSigned() {
    JsonNode method =
        template.resources("AWS::ApiGateway::Method").values().iterator().next().get("Properties");
    assertThat(method.at("/AuthorizationType").asText()).isEqualTo("AWS_IAM");
    assertThat(method.at("/HttpMethod").asText()).isEqualTo("POST");
    assertThat(Template.elements(method.at("/Integration/Uri/Fn::Join/1")))
        .filteredOn(part -> part.has("Ref") && aliases.containsKey(part.get("Ref").asText()))
        .extracting(template::invoked)
        .containsExactly("Drover-SmsApi");
    assertThat(template.resources("AWS::ApiGateway::Method")).hasSize(1);
  }

  @Test
  void rules_all_invokeAliases() {
    assertThat(template.resources("AWS::Events::Rule").values())
        .flatExtracting(rule -> Template.elements(rule.at("/Properties/Targets")))
        .extracting(target -> template.invoked(target.get("Arn")))
        .containsExactlyInAnyOrder(
            "Drover-CompleteSnapshot",
            "Drover-DeadLetters",
            "Drover-EndRun",
            "Drover-StartRun",
            "Drover-StartRun",
            "Drover-StartRun",
            "Drover-SweepLeftovers");
  }

  @Test
  void hourlyRules_nameNoJob() {
    assertThat(template.resources("AWS::Events::Rule").values())
        .filteredOn(
            rule -> rule.at("/Properties/ScheduleExpression").asText().equals("rate(1 hour)"))
        .hasSize(2)
        .allSatisfy(
            rule -> {
              assertThat(rule.at("/Properties/Targets/0/Input").asText()).isEqualTo("{}");
            });
  }

  @Test
  void rounds_areAskedForEveryFiveMinutes() {
    assertThat(template.resources("AWS::Events::Rule").values())
        .filteredOn(
            rule -> rule.at("/Properties/ScheduleExpression").asText().equals("rate(5 minutes)"))
        .allSatisfy(
            rule ->
                assertThat(rule.at("/Properties/Targets/0/Input").asText())
                    .isEqualTo("{\"ifDue\":true}"))
        .extracting(rule -> template.invoked(rule.at("/Properties/Targets/0/Arn")))
        .containsExactlyInAnyOrder("Drover-StartRun", "Drover-SweepLeftovers");
  }

  @Test
  void turns_areLookedAtEachMinuteAndWhenARunHasEnded() {
    assertThat(template.resources("AWS::Events::Rule").values())
        .filteredOn(
            rule ->
                Template.elements(rule.at("/Properties/Targets")).stream()
                    .anyMatch(target -> target.path("Input").asText().contains("\"turns\":true")))
        .extracting(
            rule ->
                rule.at("/Properties/ScheduleExpression").asText()
                    + Template.elements(rule.at("/Properties/EventPattern/detail/status")))
        .containsExactlyInAnyOrder(
            "rate(1 minute)[]", "[\"SUCCEEDED\", \"FAILED\", \"ABORTED\", \"TIMED_OUT\"]");
  }

  @Test
  void failedInvocations_nobodyWaitsFor_areKept() {
    assertThat(template.resources("AWS::Lambda::EventInvokeConfig").values())
        .hasSize(4)
        .allSatisfy(
            config -> {
              assertThat(Template.render(config.at("/Properties/Qualifier"))).contains("Live");
              assertThat(config.at("/Properties/MaximumRetryAttempts").asInt()).isEqualTo(2);
              assertThat(config.at("/Properties/MaximumEventAgeInSeconds").asInt())
                  .isEqualTo(6 * 60 * 60);
              assertThat(
                      Template.render(
                          config.at("/Properties/DestinationConfig/OnFailure/Destination")))
                  .startsWith("${FailedInvocationsQueue");
            });
  }

  @Test
  void permissions_all_areOnAliases() {
    assertThat(template.resources("AWS::Lambda::Permission").values())
        .extracting(permission -> template.invoked(permission.at("/Properties/FunctionName")))
        .containsExactlyInAnyOrder(
            "Drover-SmsApi",
            "Drover-CompleteSnapshot",
            "Drover-DeadLetters",
            "Drover-EndRun",
            "Drover-StartRun",
            "Drover-StartRun",
            "Drover-StartRun",
            "Drover-SweepLeftovers");
  }

  private void references(String path, JsonNode node, List<String> found) {
    String rendered = Template.render(node);
    if (node.has("Ref") || node.has("Fn::GetAtt")) {
      String id = rendered.replaceAll("[${}]|\\..*", "");
      if (template.functions().containsKey(id)) {
        found.add(path + " → " + rendered);
      }
    }
    if (node.isObject()) {
      node.properties().forEach(e -> references(path + "/" + e.getKey(), e.getValue(), found));
    } else if (node.isArray()) {
      node.forEach(element -> references(path, element, found));
    }
  }

  private static void texts(JsonNode node, Set<String> found) {
    if (node.isTextual() || node.has("Fn::Join")) {
      found.add(Template.render(node));
    } else {
      node.forEach(child -> texts(child, found));
    }
  }
}
