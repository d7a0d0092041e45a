package dev.drover.functions.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AppsTest {
  private static final Instant NOW = Instant.parse("2026-11-23T14:00:00.250Z");
  private static final AppId ID = new AppId("app-0123456789abcdef0");
  private static final AppRequest REQUEST = new AppRequest("f00d", ID, "beef");

  /** DynamoDB's own limit. */
  private static final long MAX_ITEM_BYTES = 400 * 1024;

  private final Sample sample = new Sample();
  private final Apps apps = sample.state.apps();

  static App app(String id) {
    return new App(
        new AppId(id),
        new App.About("shop", "web shop", "sms"),
        List.of(
            new App.ServerGroup(
                new ServerGroupId("sms-group-0123456789abcdef0"),
                "web",
                List.of(new ServerId("s-00000001"), new ServerId("s-00000002")))),
        List.of(new App.Tag("env", "test")),
        new App.Replication(
            true,
            true,
            2,
            List.of(
                new App.ServerReplication(
                    new ServerId("s-00000001"), new JobId("sms-job-00000001"), null),
                App.ServerReplication.failed(new ServerId("s-00000002"), "why"))),
        new App.Launch(
            true, App.LaunchStage.FAILED, 3, "no room", "arn:stack", NOW.plusMillis(2), true, true),
        new App.History(NOW, NOW.plusMillis(1), "f00d", "d-application-1"),
        7);
  }

  private boolean isAdded(String id, int maxApps) {
    return sample.commits(apps.add(app(id), Optional.empty(), maxApps));
  }

  @Test
  void add_everyFieldPresent_isReadAsItWasAndIsThisItem() {
    assertThat(sample.commits(apps.add(app(ID.value()), Optional.of(REQUEST), 1))).isTrue();

    assertThat(apps.find(ID)).contains(app(ID.value()));
    assertThat(apps.requested("f00d")).contains(REQUEST);
    assertThat(apps.count()).isOne();
    assertThat(sample.raw.show("APP", ID.value()))
        .isEqualTo(
            Map.ofEntries(
                Map.entry("v", "N:1"),
                Map.entry("pk", "S:APP"),
                Map.entry("sk", "S:app-0123456789abcdef0"),
                Map.entry("name", "S:shop"),
                Map.entry("description", "S:web shop"),
                Map.entry("roleName", "S:sms"),
                Map.entry(
                    "serverGroups",
                    "L:[M:[S:web, S:sms-group-0123456789abcdef0, L:[S:s-00000001, S:s-00000002]]]"),
                Map.entry("tags", "L:[M:[S:env, S:test]]"),
                Map.entry("replicationConfigured", "BOOL:true"),
                Map.entry("launchConfigured", "BOOL:true"),
                Map.entry("launchStage", "S:FAILED"),
                Map.entry("launchRound", "N:3"),
                Map.entry("launchMessage", "S:no room"),
                Map.entry("stackId", "S:arn:stack"),
                Map.entry("launchedAt", "N:1795442400252"),
                Map.entry("thenDelete", "BOOL:true"),
                Map.entry("deletionAsked", "BOOL:true"),
                Map.entry("replicationWanted", "BOOL:true"),
                Map.entry("replicationRound", "N:2"),
                Map.entry(
                    "replication",
                    "L:[M:[S:sms-job-00000001, S:s-00000001], M:[S:why, S:s-00000002]]"),
                Map.entry("createdAt", "N:1795442400250"),
                Map.entry("lastModified", "N:1795442400251"),
                Map.entry("request", "S:f00d"),
                Map.entry("importedAppId", "S:d-application-1"),
                Map.entry("revision", "N:7")));
  }

  private static App bare(long revision) {
    return new App(
        ID,
        new App.About(null, null, null),
        List.of(),
        List.of(),
        App.Replication.NONE,
        App.Launch.NONE,
        new App.History(NOW, NOW, null),
        revision);
  }

  @Test
  void add_everyFieldAbsent_isReadAsItWas() {
    App bare = bare(0);

    assertThat(sample.commits(apps.add(bare, Optional.empty(), 1))).isTrue();

    assertThat(apps.find(ID)).contains(bare);
  }

  @Test
  void add_idOrRequestInUse_orAsManyAsAreAllowed_isRefused() {
    assertThat(sample.commits(apps.add(app(ID.value()), Optional.of(REQUEST), 2))).isTrue();
    assertThat(isAdded(ID.value(), 9)).isFalse();
    assertThat(sample.commits(apps.add(app("app-11111111111111111"), Optional.of(REQUEST), 9)))
        .isFalse();
    assertThat(isAdded("app-11111111111111111", 1)).isFalse();
    assertThat(isAdded("app-11111111111111111", 2)).isTrue();
    assertThat(apps.count()).isEqualTo(2);
  }

  @Test
  void replace_ofWhatChangedMeanwhile_isRefused() {
    isAdded(ID.value(), 1);
    App seen = apps.find(ID).orElseThrow();

    assertThat(sample.commits(apps.replace(seen.replicationConfigured(false)))).isTrue();
    assertThat(sample.commits(apps.replace(seen.replicationConfigured(true)))).isFalse();
    assertThat(sample.commits(apps.remove(seen))).isFalse();

    assertThat(apps.find(ID).orElseThrow().revision()).isEqualTo(8);
    assertThat(apps.find(ID).orElseThrow().replication().isConfigured()).isFalse();
  }

  @Test
  void replace_everyFieldByNone_leavesNoneOfThem() {
    isAdded(ID.value(), 1);

    assertThat(sample.commits(apps.replace(bare(7)))).isTrue();

    assertThat(apps.find(ID)).contains(bare(8));
    assertThat(sample.raw.show("APP", ID.value()))
        .doesNotContainKeys(
            "name",
            "description",
            "roleName",
            "launchMessage",
            "stackId",
            "launchedAt",
            "request",
            "importedAppId");
  }

  @Test
  void remove_takesItsRequestAlongAndFreesItsPlace() {
    sample.commits(apps.add(app(ID.value()), Optional.of(REQUEST), 1));

    assertThat(sample.commits(apps.remove(apps.find(ID).orElseThrow()))).isTrue();

    assertThat(apps.find(ID)).isEmpty();
    assertThat(apps.requested("f00d")).isEmpty();
    assertThat(apps.count()).isZero();
    assertThat(sample.commits(apps.replace(app(ID.value())))).as("it stays away").isFalse();
  }

  @Test
  void item_ofTheLargestApplication_fitsIntoDynamoDb() {
    List<ServerId> servers =
        IntStream.range(0, 80).mapToObj(i -> new ServerId("s-%08x".formatted(i))).toList();
    App largest =
        new App(
            ID,
            new App.About(longest(255), longest(2_048), longest(2_048)),
            servers.stream()
                .map(
                    server ->
                        new App.ServerGroup(
                            new ServerGroupId("sms-group-0123456789abcdef0"),
                            longest(255),
                            List.of(server)))
                .toList(),
            IntStream.range(0, 40).mapToObj(i -> new App.Tag(longest(128), longest(256))).toList(),
            new App.Replication(
                true,
                true,
                1,
                servers.stream()
                    .map(server -> App.ServerReplication.failed(server, longest(600)))
                    .toList()),
            new App.Launch(
                true, App.LaunchStage.FAILED, 1, longest(1_000), longest(300), NOW, true, true),
            new App.History(NOW, NOW, "f".repeat(64)),
            Long.MAX_VALUE);

    // Each char of a text is three bytes here, and nothing is more.
    assertThat(3 * ItemSize.bytes(AppCodec.item(largest).attributes()))
        .isBetween(200_000L, MAX_ITEM_BYTES);
  }

  /** Of characters that take as many bytes as any take for a char. */
  private static String longest(int chars) {
    return "あ".repeat(chars);
  }
}
