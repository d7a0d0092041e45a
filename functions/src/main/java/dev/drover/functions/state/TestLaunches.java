package dev.drover.functions.state;

import dev.drover.functions.account.Instances;
import dev.drover.protocol.ServerId;
import java.util.Optional;

/**
 * The newest test launch of each application.
 *
 * <p>Items {@code APP#<application> / TEST}.
 */
public final class TestLaunches {
  private static final String SK = "TEST";
  private static final String ROUND = "round";
  private static final String STAGE = "stage";
  private static final String SUBNET = "subnet";
  private static final String SECURITY_GROUP = "securityGroup";
  private static final String MINUTES = "minutes";
  private static final String ASKED_AT = "askedAt";
  private static final String LAUNCHED_AT = "launchedAt";
  private static final String MESSAGE = "message";
  private static final String SERVERS = "servers";
  private static final String SERVER_ID = "serverId";
  private static final String LOGICAL_ID = "logicalId";
  private static final String AMI_ID = "amiId";
  private static final String RUN_ID = "runId";
  private static final String INSTANCE_ID = "instanceId";
  private static final String SYSTEM = "systemStatus";
  private static final String INSTANCE = "instanceStatus";
  private static final String VALIDATION = "validation";
  private static final String VALIDATION_MESSAGE = "validationMessage";
  private static final String CONSOLE = "console";
  private static final String REVISION = "revision";

  private final Table table;

  TestLaunches(Table table) {
    this.table = table;
  }

  /** The newest, if there ever was one. */
  public Optional<TestLaunch> find(AppId id) {
    return table.get(AppCodec.pk(id), SK).map(item -> read(id, item));
  }

  /** Whether one is at work. */
  public boolean isAtWork(AppId id) {
    return find(id).filter(test -> test.stage().isAtWork()).isPresent();
  }

  /** The first of an application; only if there is none. */
  public Write add(TestLaunch first) {
    return table.putIfAbsent(item(first, 1));
  }

  /** It is as it is to be; only while it is as the caller saw it. */
  public Write replace(TestLaunch test) {
    return table.change(
        ItemUpdate.to(item(test, test.revision() + 1))
            .onlyIf("#revision = :seen", REVISION)
            .value(":seen", test.revision()));
  }

  /** Nothing of it is left. */
  public Write remove(AppId id) {
    return table.remove(AppCodec.pk(id), SK);
  }

  private static Item item(TestLaunch test, long revision) {
    return Item.of(AppCodec.pk(test.appId()), SK)
        .with(ROUND, (Integer) test.round())
        .with(STAGE, test.stage().name())
        .with(SUBNET, test.place().subnet())
        .with(SECURITY_GROUP, test.place().securityGroup())
        .with(MINUTES, (Integer) test.minutes())
        .with(ASKED_AT, test.askedAt())
        .with(LAUNCHED_AT, test.launchedAt())
        .with(MESSAGE, test.message())
        .withItems(SERVERS, test.servers().stream().map(TestLaunches::server).toList())
        .with(REVISION, (Long) revision);
  }

  private static Item server(TestLaunch.Server server) {
    Instances.Checks checks = server.checks();
    TestLaunch.Server.Validation validation = server.validation();
    return Item.nested()
        .with(SERVER_ID, server.serverId().value())
        .with(LOGICAL_ID, server.logicalId())
        .with(AMI_ID, server.amiId())
        .with(RUN_ID, server.runId())
        .with(INSTANCE_ID, server.instanceId())
        .with(SYSTEM, checks == null ? null : checks.system())
        .with(INSTANCE, checks == null ? null : checks.instance())
        .with(VALIDATION, validation == null ? null : validation.status())
        .with(VALIDATION_MESSAGE, validation == null ? null : validation.message())
        .with(CONSOLE, server.console());
  }

  private static TestLaunch read(AppId id, Item item) {
    return new TestLaunch(
        id,
        item.count(ROUND),
        TestLaunch.Stage.valueOf(item.text(STAGE)),
        new TestLaunch.Place(item.text(SUBNET), item.findText(SECURITY_GROUP).orElse(null)),
        item.count(MINUTES),
        item.time(ASKED_AT),
        item.findTime(LAUNCHED_AT).orElse(null),
        item.findText(MESSAGE).orElse(null),
        item.items(SERVERS).stream().map(TestLaunches::readServer).toList(),
        item.number(REVISION));
  }

  private static TestLaunch.Server readServer(Item item) {
    return new TestLaunch.Server(
        new ServerId(item.text(SERVER_ID)),
        item.text(LOGICAL_ID),
        item.text(AMI_ID),
        item.findText(RUN_ID).orElse(null),
        item.findText(INSTANCE_ID).orElse(null),
        item.findText(SYSTEM)
            .map(system -> new Instances.Checks(system, item.text(INSTANCE)))
            .orElse(null),
        item.findText(VALIDATION)
            .map(
                status ->
                    new TestLaunch.Server.Validation(
                        status, item.findText(VALIDATION_MESSAGE).orElse(null)))
            .orElse(null),
        item.findText(CONSOLE).orElse(null));
  }
}
