package dev.drover.functions.api.sms;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.account.Images;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.world.World;
import dev.drover.protocol.DigestChain;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.SnapshotId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An application of three servers in two groups, which a test configures and replicates. */
final class LaunchableApp {
  static final List<ServerId> SERVERS =
      Stream.of("s-00000001", "s-00000002", "s-00000003").map(ServerId::new).toList();

  final TestApi api = new TestApi();
  final World world = api.world;
  final String appId;
  final AppId id;
  final String stack;
  final String byId;
  final List<String> groups;

  LaunchableApp() {
    SERVERS.forEach(server -> world.add(server, "vm " + server));
    JsonNode created =
        api.ok(
            "CreateApp",
            """
            {"name": "shop", "tags": [{"key": "env", "value": "test"}], "serverGroups": [
              {"name": "web", "serverList": [
                {"serverId": "s-00000002"}, {"serverId": "s-00000003"}]},
              {"name": "db", "serverList": [{"serverId": "s-00000001"}]}]}
            """);
    appId = created.at("/appSummary/appId").asText();
    id = new AppId(appId);
    stack = "sms-" + appId;
    byId = TestApi.quoted("appId", appId);
    groups = created.findValuesAsText("serverGroupId");
  }

  String put(String members) {
    return byId.replace("}", ", " + members + "}");
  }

  /** The database first; of the others nothing is said but what the test wants. */
  void configureLaunch(String ofDb) {
    configureLaunch(ofDb, "");
  }

  void configureLaunch(String ofDb, String ofAll) {
    api.ok(
        "PutAppLaunchConfiguration",
        put(
            """
            "serverGroupLaunchConfigurations": [
              {"serverGroupId": "%s", "launchOrder": 2},
              {"serverGroupId": "%s", "launchOrder": 1, "serverLaunchConfigurations": [
                {"server": {"serverId": "s-00000001"}%s}]}]%s
            """
                .formatted(groups.get(0), groups.get(1), ofDb, ofAll)));
  }

  JsonNode summary() {
    return api.ok("GetApp", byId).get("appSummary");
  }

  String launchStatus() {
    return summary().get("launchStatus").asText();
  }

  /** What launch-app does until it waits; whether it ends. */
  boolean advance() {
    App now = world.state.apps().find(id).orElseThrow();
    return world.launchSteps.advance(id, now.launch().round());
  }

  void replicate(Map<String, String> tags) {
    startReplication();
    SERVERS.forEach(server -> copy(server, tags));
  }

  void startReplication() {
    api.ok(
        "PutAppReplicationConfiguration",
        SERVERS.stream()
            .map(
                server ->
                    "{\"server\": {\"serverId\": \"%s\"}, \"serverReplicationParameters\": {\"frequency\": 12}}"
                        .formatted(server))
            .collect(
                Collectors.joining(
                    ",",
                    "{\"appId\": \"%s\", \"serverGroupReplicationConfigurations\": [{\"serverReplicationConfigurations\": ["
                        .formatted(appId),
                    "]}]}")));
    api.ok("StartAppReplication", byId);
  }

  JobId job(ServerId server) {
    return Optional.ofNullable(world.state.servers().find(server).orElseThrow().replicationJobId())
        .orElseThrow();
  }

  void copy(ServerId server) {
    var _ = copy(server, Map.of());
  }

  String copy(ServerId server, Map<String, String> tags) {
    List<Images.Volume> volumes = new ArrayList<>();
    for (String device : List.of("/dev/sda1", "/dev/sdf")) {
      SnapshotId snapshot = world.ebs.start(null, Map.of());
      world.ebs.complete(snapshot, 0, new DigestChain().finish());
      volumes.add(new Images.Volume(device, snapshot));
    }
    Images.Request request =
        new Images.Request("of " + server + " " + volumes, "", Firmware.BIOS, volumes, tags);
    String ami = ((Images.Registration.Registered) world.images.register(request)).amiId();
    world.publish(job(server), ami);
    return ami;
  }
}
