package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.world.World;
import dev.drover.protocol.ServerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class AppTemplateOperationsTest {
  private static final List<ServerId> SERVERS = LaunchableApp.SERVERS;
  private static final String SCRIPT = "#!/bin/sh\necho ready\n";

  private final LaunchableApp app = new LaunchableApp();
  private final TestApi api = app.api;
  private final World world = app.world;
  private final String appId = app.appId;
  private final String byId = app.byId;

  private String generate(String format) {
    JsonNode at = api.ok("GenerateTemplate", app.put("\"templateFormat\": \"" + format + "\""));
    assertThat(at.at("/s3Location/bucket").asText()).isEqualTo(World.BUCKET);
    return new String(
        world.objects.bytes(at.at("/s3Location/key").asText()), StandardCharsets.UTF_8);
  }

  private JsonNode template() {
    return TestApi.json(generate("JSON"));
  }

  private String refusal() {
    assertThat(api.error("GenerateTemplate", byId)).isEqualTo("OperationNotPermittedException");
    return TestApi.json(api.send("GenerateTemplate", byId).getBody()).get("message").asText();
  }

  private static JsonNode properties(JsonNode template, String logicalId) {
    return template.at("/Resources/" + logicalId + "/Properties");
  }

  @Test
  void template_isAnInstanceOfEachServerInTheOrderOfTheTiers() {
    app.configureLaunch("");
    app.replicate(Map.of());
    JsonNode template = template();
    assertThat(template.get("Resources").fieldNames())
        .toIterable()
        .containsExactly("Server00000001", "Server00000002", "Server00000003");
    assertThat(template.at("/Resources/Server00000001/DependsOn").isMissingNode()).isTrue();
    assertThat(template.at("/Resources/Server00000003/DependsOn"))
        .extracting(JsonNode::asText)
        .containsExactly("Server00000001");
    JsonNode instance = properties(template, "Server00000001");
    assertThat(template.at("/Resources/Server00000001/Type").asText())
        .isEqualTo("AWS::EC2::Instance");
    assertThat(instance)
        .isEqualTo(
            TestApi.json(
                """
                {"ImageId": "ami-00000000000000001", "InstanceType": "m5.large",
                 "MetadataOptions": {"HttpTokens": "required"},
                 "BlockDeviceMappings": [
                   {"DeviceName": "/dev/sda1",
                    "Ebs": {"VolumeType": "gp3", "DeleteOnTermination": false}},
                   {"DeviceName": "/dev/sdf",
                    "Ebs": {"VolumeType": "gp3", "DeleteOnTermination": false}}],
                 "PropagateTagsToVolumeOnCreation": true,
                 "Tags": [
                   {"Key": "Name", "Value": "vm s-00000001"},
                   {"Key": "drover:app", "Value": "%s"},
                   {"Key": "drover:server", "Value": "s-00000001"},
                   {"Key": "env", "Value": "test"}]}
                """
                    .formatted(appId)));
    assertThat(template.at("/Outputs/Server00000001Ip/Value/Fn::GetAtt/1").asText())
        .isEqualTo("PrivateIp");
    assertThat(template.at("/Outputs/Server00000001Id/Value/Ref").asText())
        .isEqualTo("Server00000001");
  }

  @Test
  void template_hasWhatWasSaidOfTheServer() {
    world.customerObjects.put("sms-app-scripts", "user", SCRIPT);
    world.customerObjects.put("sms-app-scripts", "configure", "#!/bin/bash\nexit 0\n");
    app.configureLaunch(
        """
        , "logicalId": "db1", "vpc": "vpc-01234567", "subnet": "subnet-01234567",
        "securityGroup": "sg-01234567", "ec2KeyName": "ours", "instanceType": "t3.small",
        "associatePublicIpAddress": true, "iamInstanceProfileName": "profile",
        "userData": {"s3Location": {"bucket": "sms-app-scripts", "key": "user"}},
        "configureScript": {"bucket": "sms-app-scripts", "key": "configure"},
        "configureScriptType": "SHELL_SCRIPT"
        """);
    app.replicate(Map.of());
    JsonNode instance = properties(template(), "db1");
    assertThat(instance.get("InstanceType").asText()).isEqualTo("t3.small");
    assertThat(instance.get("KeyName").asText()).isEqualTo("ours");
    assertThat(instance.get("IamInstanceProfile").asText()).isEqualTo("profile");
    assertThat(instance.has("SubnetId")).isFalse();
    assertThat(instance.at("/NetworkInterfaces/0"))
        .isEqualTo(
            TestApi.json(
                """
                {"DeviceIndex": "0", "AssociatePublicIpAddress": true, "DeleteOnTermination": true,
                 "SubnetId": "subnet-01234567", "GroupSet": ["sg-01234567"]}
                """));
    String userData =
        new String(
            Base64.getDecoder().decode(instance.get("UserData").asText()), StandardCharsets.UTF_8);
    assertThat(userData)
        .startsWith("Content-Type: multipart/mixed; boundary=\"drover-")
        .contains("Content-Type: text/x-shellscript\n\n" + SCRIPT, "#!/bin/bash\nexit 0\n")
        .endsWith("--\n");
    assertThat(userData.indexOf("echo ready")).isLessThan(userData.indexOf("exit 0"));
  }

  @Test
  void template_ofTheSameApplication_isTheSameBytes() throws IOException {
    app.configureLaunch(", \"subnet\": \"subnet-01234567\", \"securityGroup\": \"sg-01234567\"");
    app.replicate(Map.of());
    String json = generate("JSON");
    String yaml = generate("YAML");
    assertThat(generate("JSON")).isEqualTo(json).endsWith("}\n").doesNotContain("\r");
    assertThat(generate("YAML")).isEqualTo(yaml).startsWith("AWSTemplateFormatVersion: ");
    assertThat(new YAMLMapper().readTree(yaml)).isEqualTo(TestApi.json(json));
    assertThat(properties(TestApi.json(json), "Server00000001").get("SubnetId").asText())
        .isEqualTo("subnet-01234567");

    world.beginNext(app.job(SERVERS.getFirst()));
    String ami = app.copy(SERVERS.getFirst(), Map.of());
    assertThat(generate("JSON"))
        .isEqualTo(json.replace("ami-00000000000000001", ami))
        .isNotEqualTo(json);
  }

  /** AWS's own checker, which {@code ./drover test} installs. */
  @Test
  void template_isValidUnderCfnLint() throws IOException, InterruptedException {
    world.customerObjects.put("sms-app-scripts", "user", SCRIPT);
    app.configureLaunch(
        """
        , "logicalId": "db1", "subnet": "subnet-01234567", "securityGroup": "sg-01234567",
        "ec2KeyName": "ours", "associatePublicIpAddress": false,
        "iamInstanceProfileName": "profile",
        "userData": {"s3Location": {"bucket": "sms-app-scripts", "key": "user"}}
        """);
    app.replicate(Map.of());
    String configured = System.getenv("DROVER_CFN_LINT");
    Path lint = Path.of(configured == null ? "../.local/venv-clients/bin/cfn-lint" : configured);
    assertThat(lint).as("run ./drover test, which installs it").isExecutable();
    Path json = Files.writeString(Path.of("target", "app.template.json"), generate("JSON"));
    Path yaml = Files.writeString(Path.of("target", "app.template.yaml"), generate("YAML"));
    Path said = Path.of("target", "app.template.lint");
    Process process =
        new ProcessBuilder(lint.toString(), "--template", json.toString(), yaml.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(said).isEmptyFile();
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void template_deleteApp_removesIt() {
    app.configureLaunch("");
    app.replicate(Map.of());
    generate("JSON");
    assertThat(world.objects.keys()).anyMatch(key -> key.startsWith("applications/" + appId));
    api.ok("DeleteApp", app.put("\"forceStopAppReplication\": true"));
    assertThat(world.objects.keys()).noneMatch(key -> key.startsWith("applications/"));
  }

  @Test
  void template_ofWhatCannotBeLaunched_isRefusedWithTheNextStep() {
    assertThat(refusal()).contains("call PutAppLaunchConfiguration first");
    app.configureLaunch("");
    assertThat(refusal()).contains("has no AMI yet", "StartAppReplication");
    app.replicate(Map.of());
    app.configureLaunch(", \"vpc\": \"vpc-01234567\"");
    assertThat(refusal()).contains("s-00000001", "no subnet of it is named");
    app.configureLaunch(", \"logicalId\": \"Server00000003\"");
    assertThat(refusal()).contains("Two servers have the logicalId Server00000003");
    app.configureLaunch(
        ", \"userData\": {\"s3Location\": {\"bucket\": \"sms-app-scripts\", \"key\": \"none\"}}");
    assertThat(refusal())
        .isEqualTo(
            "Server s-00000001 cannot be launched: s3://sms-app-scripts/none cannot be read: there is no such object.");
    app.configureLaunch("");
    world.images.deregister("ami-00000000000000003");
    assertThat(refusal()).startsWith("AMI ami-00000000000000003 of server s-00000003 is no more");
  }

  @Test
  void template_scriptsThatNoGuestRuns_areRefused() {
    world.customerObjects.put("sms-app-scripts", "user", SCRIPT);
    world.customerObjects.put("sms-app-scripts", "none", "echo nothing");
    world.customerObjects.put("sms-app-scripts", "large", "#!/bin/sh\n" + "x".repeat(16_370));
    app.replicate(Map.of());
    String script =
        ", \"userData\": {\"s3Location\": {\"bucket\": \"sms-app-scripts\", \"key\": \"user\"}}, \"configureScript\": {\"bucket\": \"sms-app-scripts\", \"key\": \"%s\"}, \"configureScriptType\": \"%s\"";
    app.configureLaunch(script.formatted("none", "SHELL_SCRIPT"));
    assertThat(refusal()).contains("does not begin with '#!'");
    app.configureLaunch(script.formatted("user", "POWERSHELL_SCRIPT"));
    assertThat(refusal()).contains("of which Windows runs one");
    app.configureLaunch(script.formatted("large", "SHELL_SCRIPT"));
    assertThat(refusal()).contains("16,384, which is EC2's limit");
  }

  /** An encrypted volume of such an AMI reads as anything where the zeros were. */
  @Test
  void template_zerosLeftOutAndAccountEncrypts_isRefused() {
    app.configureLaunch("");
    app.replicate(Map.of(Snapshots.TAG_ZERO_BLOCKS, Snapshots.ZERO_BLOCKS_OMITTED));
    assertThat(properties(template(), "Server00000001").findValues("Encrypted")).isEmpty();
    world.ebs.encryptByDefault();
    assertThat(refusal()).contains("ami-0000000000000000", "encrypts new volumes by default");
  }

  @Test
  void template_wrongParameters_areRefused() {
    assertThat(api.error("GenerateTemplate", "{}")).isEqualTo("MissingRequiredParameterException");
    assertThat(api.error("GenerateTemplate", TestApi.quoted("appId", "app-00000000000000000")))
        .isEqualTo("InvalidParameterException");
    assertThat(api.error("GenerateTemplate", app.put("\"templateFormat\": \"XML\"")))
        .isEqualTo("InvalidParameterException");
  }
}
