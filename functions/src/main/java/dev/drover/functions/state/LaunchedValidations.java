package dev.drover.functions.state;

import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.functions.state.LaunchedValidation.Status;
import dev.drover.functions.state.LaunchedValidation.Told;
import dev.drover.protocol.ServerId;
import java.util.List;
import java.util.Optional;

/**
 * What came of the validations of applications. An item each: many servers tell theirs at once, and
 * all messages together would be larger than an item may be.
 *
 * <p>Items {@code APP#<application> / VALIDATED#<validation>}.
 */
public final class LaunchedValidations {
  private static final String SK = "VALIDATED#";
  private static final String ROUND = "round";
  private static final String SERVER_ID = "serverId";
  private static final String LOGICAL_ID = "logicalId";
  private static final String BUCKET = "bucket";
  private static final String KEY = "key";
  private static final String SCRIPT_TYPE = "scriptType";
  private static final String TOLD_ROUND = "toldRound";
  private static final String INSTANCE_ID = "instanceId";
  private static final String STATUS = "status";
  private static final String MESSAGE = "message";
  private static final String AT = "at";

  private final Table table;

  LaunchedValidations(Table table) {
    this.table = table;
  }

  /** All that were ever launched, by id. */
  public List<LaunchedValidation> list(AppId id) {
    return table.query(pk(id), SK).map(LaunchedValidations::read).toList();
  }

  /** One of them. */
  public Optional<LaunchedValidation> find(AppId id, ValidationId validation) {
    return table.get(pk(id), sk(validation)).map(LaunchedValidations::read);
  }

  /** It is part of that launch; what was told of earlier ones stays. */
  public void launch(AppId id, LaunchedValidation validation) {
    table.update(
        ItemUpdate.of(pk(id), sk(validation.id()))
            .set(ROUND, (Integer) validation.round())
            .set(SERVER_ID, validation.serverId().value())
            .set(LOGICAL_ID, validation.logicalId())
            .set(BUCKET, validation.source().bucket())
            .set(KEY, validation.source().key())
            .set(SCRIPT_TYPE, validation.scriptType()));
  }

  /**
   * Something is told of it; an end that was told of the same launch stays.
   *
   * @return false: it is not part of that launch, or has ended
   */
  public boolean tell(AppId id, ValidationId validation, Told told) {
    return table.update(
        ItemUpdate.of(pk(id), sk(validation))
            .set(TOLD_ROUND, (Integer) told.round())
            .set(INSTANCE_ID, told.instanceId())
            .set(STATUS, told.status().name())
            .set(MESSAGE, told.message())
            .set(AT, told.at())
            .onlyIf("#round = :told", ROUND)
            .onlyIf(
                "attribute_not_exists(#toldRound) OR #toldRound < :told OR #status = :pending OR #status = :begun",
                TOLD_ROUND,
                STATUS)
            .value(":told", told.round())
            .value(":pending", Status.PENDING.name())
            .value(":begun", Status.IN_PROGRESS.name()));
  }

  /** Nothing of the application's is left. */
  public void deleteAll(AppId id) {
    list(id).forEach(validation -> table.delete(pk(id), sk(validation.id())));
  }

  private static LaunchedValidation read(Item item) {
    return new LaunchedValidation(
        new ValidationId(item.text(Item.SK).substring(SK.length())),
        item.count(ROUND),
        new ServerId(item.text(SERVER_ID)),
        item.text(LOGICAL_ID),
        new S3Object(item.text(BUCKET), item.text(KEY)),
        item.text(SCRIPT_TYPE),
        item.findNumber(TOLD_ROUND).map(round -> told(Math.toIntExact(round), item)).orElse(null));
  }

  private static Told told(int round, Item item) {
    return new Told(
        round,
        item.findText(INSTANCE_ID).orElse(null),
        Status.valueOf(item.text(STATUS)),
        item.findText(MESSAGE).orElse(null),
        item.time(AT));
  }

  private static String pk(AppId id) {
    return AppCodec.PK + "#" + id;
  }

  private static String sk(ValidationId validation) {
    return SK + validation;
  }
}
