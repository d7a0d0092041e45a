package dev.drover.functions.state;

import dev.drover.protocol.ServerId;
import java.util.List;
import java.util.Optional;

/**
 * The configurations of applications, an item for each kind of an application: together they may be
 * larger than an item of DynamoDB's. That an application has one stands in the application, too, so
 * that a list of applications need not read them; both are written in one transaction, see {@link
 * Apps#replace}.
 *
 * <p>Items {@code APP#<application> / REPLICATION}, {@code LAUNCH} and {@code VALIDATION}.
 */
public final class AppConfigurations {
  private static final String REPLICATION = "REPLICATION";
  private static final String SERVERS = "servers";
  private static final String SERVER_ID = "serverId";
  private static final String SEED_TIME = "seedTime";
  private static final String FREQUENCY = "frequency";
  private static final String RUN_ONCE = "runOnce";
  private static final String LICENSE_TYPE = "licenseType";
  private static final String RECENT_AMIS_TO_KEEP = "numberOfRecentAmisToKeep";
  private static final String ENCRYPTED = "encrypted";
  private static final String KMS_KEY_ID = "kmsKeyId";

  private final Table table;

  AppConfigurations(Table table) {
    this.table = table;
  }

  /**
   * How the application's servers are to be replicated, also such as have left it since; empty when
   * nobody has said it.
   */
  public List<ReplicationSettings> replication(AppId id) {
    return table.get(AppCodec.pk(id), REPLICATION).stream()
        .flatMap(item -> item.items(SERVERS).stream())
        .map(AppConfigurations::read)
        .toList();
  }

  /** How the application's servers are to be replicated, whatever was said before. */
  public Write putReplication(AppId id, List<ReplicationSettings> servers) {
    return table.change(
        ItemUpdate.to(
            Item.of(AppCodec.pk(id), REPLICATION)
                .withItems(SERVERS, servers.stream().map(AppConfigurations::item).toList())));
  }

  /** Nobody says any more how the application's servers are to be replicated. */
  public Write removeReplication(AppId id) {
    return table.remove(AppCodec.pk(id), REPLICATION);
  }

  /** How the application is to be launched, if somebody has said it. */
  public Optional<LaunchConfiguration> launch(AppId id) {
    return table
        .get(AppCodec.pk(id), LaunchConfigurationCodec.SK)
        .map(LaunchConfigurationCodec::read);
  }

  /** How the application is to be launched, whatever was said before. */
  public Write putLaunch(AppId id, LaunchConfiguration configuration) {
    return table.change(
        ItemUpdate.to(LaunchConfigurationCodec.item(AppCodec.pk(id), configuration)));
  }

  /** Nobody says any more how the application is to be launched. */
  public Write removeLaunch(AppId id) {
    return table.remove(AppCodec.pk(id), LaunchConfigurationCodec.SK);
  }

  /** How the application is to be validated, also servers that have left it since. */
  public ValidationConfiguration validation(AppId id) {
    return table
        .get(AppCodec.pk(id), ValidationConfigurationCodec.SK)
        .map(ValidationConfigurationCodec::read)
        .orElse(ValidationConfiguration.NONE);
  }

  /** How the application is to be validated, whatever was said before. */
  public Write putValidation(AppId id, ValidationConfiguration configuration) {
    return table.change(
        ItemUpdate.to(ValidationConfigurationCodec.item(AppCodec.pk(id), configuration)));
  }

  /** Nobody says any more how the application is to be validated. */
  public Write removeValidation(AppId id) {
    return table.remove(AppCodec.pk(id), ValidationConfigurationCodec.SK);
  }

  /** No configuration of the application is left. */
  public Write removeAll(AppId id) {
    return Write.all(removeReplication(id), removeLaunch(id), removeValidation(id));
  }

  private static Item item(ReplicationSettings settings) {
    return Item.nested()
        .with(SERVER_ID, settings.serverId().value())
        .with(SEED_TIME, settings.seedTime())
        .with(FREQUENCY, settings.frequencyHours())
        .with(RUN_ONCE, settings.runOnce())
        .with(LICENSE_TYPE, settings.licenseType())
        .with(RECENT_AMIS_TO_KEEP, settings.recentAmisToKeep())
        .with(ENCRYPTED, settings.encrypted())
        .with(KMS_KEY_ID, settings.kmsKeyId());
  }

  private static ReplicationSettings read(Item item) {
    return new ReplicationSettings(
        new ServerId(item.text(SERVER_ID)),
        item.findTime(SEED_TIME).orElse(null),
        item.findNumber(FREQUENCY).map(Math::toIntExact).orElse(null),
        item.findFlag(RUN_ONCE).orElse(null),
        item.findText(LICENSE_TYPE).orElse(null),
        item.findNumber(RECENT_AMIS_TO_KEEP).map(Math::toIntExact).orElse(null),
        item.findFlag(ENCRYPTED).orElse(null),
        item.findText(KMS_KEY_ID).orElse(null));
  }
}
