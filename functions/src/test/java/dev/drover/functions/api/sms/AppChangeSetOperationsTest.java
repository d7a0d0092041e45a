package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.drover.functions.account.Stacks;
import dev.drover.functions.account.Stacks.Change;
import dev.drover.functions.account.Stacks.Proposal;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.world.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** GenerateChangeSet; {@link World#stacks} says what CloudFormation makes of it. */
final class AppChangeSetOperationsTest {
  private final LaunchableApp app = new LaunchableApp();
  private final TestApi api = app.api;
  private final World world = app.world;
  private final String stack = app.stack;

  @BeforeEach
  void launch() {
    app.configureLaunch("");
    app.replicate(Map.of());
    api.ok("LaunchApp", app.byId);
    assertThat(app.advance()).isFalse();
    world.stacks.become(stack, Stacks.Status.COMPLETE, "CREATE_COMPLETE");
    assertThat(app.advance()).isTrue();
    world.stacks.requests.clear();
  }

  private String generate(String format) {
    JsonNode at = api.ok("GenerateChangeSet", app.put("\"changesetFormat\": \"" + format + "\""));
    assertThat(at.at("/s3Location/bucket").asText()).isEqualTo(World.BUCKET);
    return new String(
        world.objects.bytes(at.at("/s3Location/key").asText()), StandardCharsets.UTF_8);
  }

  private String refusal() {
    assertThat(api.error("GenerateChangeSet", app.byId))
        .isEqualTo("OperationNotPermittedException");
    return TestApi.json(api.send("GenerateChangeSet", app.byId).getBody()).get("message").asText();
  }

  @Test
  void changeSet_saysWhatCloudFormationSays() throws IOException {
    world.stacks.proposing(
        new Proposal.Ready(
            List.of(
                new Change(
                    "Modify",
                    "Server00000001",
                    "i-0123456789abcdef0",
                    "AWS::EC2::Instance",
                    "True",
                    List.of(new Change.Property("ImageId", "Always"))),
                new Change("Add", "Server00000009", null, "AWS::EC2::Instance", null, List.of()))));
    JsonNode said = TestApi.json(generate("JSON"));
    assertThat(said)
        .isEqualTo(
            TestApi.json(
                """
                {"StackName": "%1$s",
                 "StackId": "arn:aws:cloudformation:us-east-1:000000000000:stack/%1$s/1",
                 "Changes": [
                  {"Type": "Resource", "ResourceChange": {
                    "Action": "Modify", "LogicalResourceId": "Server00000001",
                    "PhysicalResourceId": "i-0123456789abcdef0",
                    "ResourceType": "AWS::EC2::Instance", "Replacement": "True",
                    "Details": [{"Target": {"Name": "ImageId", "RequiresRecreation": "Always"}}]}},
                  {"Type": "Resource", "ResourceChange": {
                    "Action": "Add", "LogicalResourceId": "Server00000009",
                    "ResourceType": "AWS::EC2::Instance", "Details": []}}]}
                """
                    .formatted(stack)));
    assertThat(new YAMLMapper().readTree(generate("YAML"))).isEqualTo(said);
    assertThat(world.stacks.changeSets()).isEmpty();
  }

  @Test
  void changeSet_isOfTheTemplateThatWouldBeLaunched_andChangesNeitherStackNorLaunch() {
    String launchedKey = "applications/" + app.appId + "/launched.json";
    byte[] launched = world.objects.bytes(launchedKey);
    world.beginNext(app.job(LaunchableApp.SERVERS.getFirst()));
    String newer = app.copy(LaunchableApp.SERVERS.getFirst(), Map.of());
    generate("JSON");
    assertThat(world.stacks.requests)
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.name()).isEqualTo(stack);
              assertThat(request.tags()).containsEntry("env", "test");
              assertThat(
                      new String(
                          world.objects.bytes(request.templateKey()), StandardCharsets.UTF_8))
                  .contains(newer);
            });
    assertThat(world.objects.bytes(launchedKey)).isEqualTo(launched);
    assertThat(world.stacks.find(stack).orElseThrow().said()).isEqualTo("CREATE_COMPLETE");
    assertThat(app.launchStatus()).isEqualTo("LAUNCHED");
  }

  @Test
  void slowCloudFormation_isAskedAgainForTheSameChangeSet() {
    world.stacks.proposing(new Proposal.Pending());
    assertThat(refusal()).contains("call GenerateChangeSet again");
    List<String> first = world.stacks.changeSets();
    assertThat(first).hasSize(1);
    assertThat(refusal()).contains("call GenerateChangeSet again");
    assertThat(world.stacks.changeSets()).isEqualTo(first);

    world.stacks.proposing(new Proposal.Ready(List.of()));
    assertThat(generate("JSON")).contains("\"Changes\" : [ ]");
    assertThat(world.stacks.changeSets()).isEmpty();
  }

  @Test
  void changeSet_thatCloudFormationCannotMake_isSaid_andGone() {
    world.stacks.proposing(new Proposal.Failed("FAILED: no such subnet"));
    assertThat(refusal()).contains("no such subnet");
    assertThat(world.stacks.changeSets()).isEmpty();
  }

  @Test
  void application_withoutAStackThatCanChange_hasNoChangeSet() {
    world.stacks.become(stack, Stacks.Status.WORKING, "UPDATE_IN_PROGRESS");
    assertThat(refusal()).contains("UPDATE_IN_PROGRESS");
    world.stacks.become(stack, Stacks.Status.BROKEN, "UPDATE_ROLLBACK_FAILED");
    assertThat(refusal()).contains("people have to mend");
    world.stacks.become(stack, Stacks.Status.NEVER_MADE, "ROLLBACK_COMPLETE");
    assertThat(refusal()).contains("is not launched");
    world.stacks.vanish(stack);
    assertThat(refusal()).contains("is not launched");
    world.stacks.addOther(stack);
    assertThat(refusal()).contains("is not launched");
    assertThat(world.stacks.requests).isEmpty();
  }

  @Test
  void unknownFormat_isSaid() {
    assertThat(api.error("GenerateChangeSet", app.put("\"changesetFormat\": \"TOML\"")))
        .isEqualTo("InvalidParameterException");
    assertThat(api.error("GenerateChangeSet", "{\"appId\": \"app-0123456789abcdef0\"}"))
        .isEqualTo("InvalidParameterException");
  }
}
