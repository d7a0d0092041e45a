package dev.drover.functions.state;

import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;

/** An application as the table's item {@code APP / <application>}. */
final class AppCodec {
  static final String PK = "APP";
  static final String REVISION = "revision";
  private static final String NAME = "name";
  private static final String DESCRIPTION = "description";
  private static final String ROLE_NAME = "roleName";
  private static final String GROUPS = "serverGroups";
  private static final String GROUP_ID = "serverGroupId";
  private static final String SERVERS = "servers";
  private static final String TAGS = "tags";
  private static final String KEY = "key";
  private static final String VALUE = "value";
  private static final String REPLICATION_CONFIGURED = "replicationConfigured";
  private static final String LAUNCH_CONFIGURED = "launchConfigured";
  private static final String REPLICATION_WANTED = "replicationWanted";
  private static final String REPLICATION_ROUND = "replicationRound";
  private static final String REPLICATION = "replication";
  private static final String SERVER_ID = "serverId";
  private static final String JOB_ID = "jobId";
  private static final String FAILURE = "failure";
  private static final String LAUNCH_STAGE = "launchStage";
  private static final String LAUNCH_ROUND = "launchRound";
  private static final String LAUNCH_MESSAGE = "launchMessage";
  private static final String STACK_ID = "stackId";
  private static final String LAUNCHED_AT = "launchedAt";
  private static final String THEN_DELETE = "thenDelete";
  private static final String DELETION_ASKED = "deletionAsked";
  private static final String CREATED_AT = "createdAt";
  private static final String LAST_MODIFIED = "lastModified";
  private static final String REQUEST = "request";
  private static final String IMPORTED_APP_ID = "importedAppId";

  private AppCodec() {}

  static Item item(App app) {
    App.About about = app.about();
    App.Replication replication = app.replication();
    App.Launch launch = app.launch();
    App.History history = app.history();
    return Item.of(PK, app.id().value())
        .with(NAME, about.name())
        .with(DESCRIPTION, about.description())
        .with(ROLE_NAME, about.roleName())
        .withItems(GROUPS, app.groups().stream().map(AppCodec::item).toList())
        .withItems(TAGS, app.tags().stream().map(AppCodec::item).toList())
        .with(REPLICATION_CONFIGURED, (Boolean) replication.isConfigured())
        .with(REPLICATION_WANTED, (Boolean) replication.isWanted())
        .with(REPLICATION_ROUND, (Integer) replication.round())
        .withItems(REPLICATION, replication.servers().stream().map(AppCodec::item).toList())
        .with(LAUNCH_CONFIGURED, (Boolean) launch.isConfigured())
        .with(LAUNCH_STAGE, launch.stage().name())
        .with(LAUNCH_ROUND, (Integer) launch.round())
        .with(LAUNCH_MESSAGE, launch.message())
        .with(STACK_ID, launch.stackId())
        .with(LAUNCHED_AT, launch.launchedAt())
        .with(THEN_DELETE, (Boolean) launch.thenDelete())
        .with(DELETION_ASKED, (Boolean) launch.isDeletionAsked())
        .with(CREATED_AT, history.createdAt())
        .with(LAST_MODIFIED, history.lastModified())
        .with(REQUEST, history.request())
        .with(IMPORTED_APP_ID, history.importedAppId())
        .with(REVISION, (Long) app.revision());
  }

  private static Item item(App.ServerGroup group) {
    return Item.nested()
        .with(GROUP_ID, group.id().value())
        .with(NAME, group.name())
        .withTexts(SERVERS, group.servers().stream().map(ServerId::value).toList());
  }

  private static Item item(App.Tag tag) {
    return Item.nested().with(KEY, tag.key()).with(VALUE, tag.value());
  }

  private static Item item(App.ServerReplication server) {
    JobId jobId = server.jobId();
    return Item.nested()
        .with(SERVER_ID, server.serverId().value())
        .with(JOB_ID, jobId == null ? null : jobId.value())
        .with(FAILURE, server.failure());
  }

  static App read(Item item) {
    return new App(
        new AppId(item.text(Item.SK)),
        new App.About(
            item.findText(NAME).orElse(null),
            item.findText(DESCRIPTION).orElse(null),
            item.findText(ROLE_NAME).orElse(null)),
        item.items(GROUPS).stream().map(AppCodec::readGroup).toList(),
        item.items(TAGS).stream().map(tag -> new App.Tag(tag.text(KEY), tag.text(VALUE))).toList(),
        new App.Replication(
            item.flag(REPLICATION_CONFIGURED),
            item.flag(REPLICATION_WANTED),
            item.count(REPLICATION_ROUND),
            item.items(REPLICATION).stream().map(AppCodec::readServer).toList()),
        new App.Launch(
            item.flag(LAUNCH_CONFIGURED),
            item.findText(LAUNCH_STAGE).map(App.LaunchStage::valueOf).orElse(App.LaunchStage.NONE),
            item.findNumber(LAUNCH_ROUND).map(Math::toIntExact).orElse(0),
            item.findText(LAUNCH_MESSAGE).orElse(null),
            item.findText(STACK_ID).orElse(null),
            item.findTime(LAUNCHED_AT).orElse(null),
            item.flag(THEN_DELETE),
            item.flag(DELETION_ASKED)),
        new App.History(
            item.time(CREATED_AT),
            item.time(LAST_MODIFIED),
            item.findText(REQUEST).orElse(null),
            item.findText(IMPORTED_APP_ID).orElse(null)),
        item.number(REVISION));
  }

  private static App.ServerReplication readServer(Item server) {
    return new App.ServerReplication(
        new ServerId(server.text(SERVER_ID)),
        server.findText(JOB_ID).map(JobId::new).orElse(null),
        server.findText(FAILURE).orElse(null));
  }

  private static App.ServerGroup readGroup(Item group) {
    return new App.ServerGroup(
        new ServerGroupId(group.text(GROUP_ID)),
        group.findText(NAME).orElse(null),
        group.texts(SERVERS).stream().map(ServerId::new).toList());
  }

  /** The partition of what belongs to an application, but for its own item. */
  static String pk(AppId id) {
    return PK + "#" + id;
  }
}
