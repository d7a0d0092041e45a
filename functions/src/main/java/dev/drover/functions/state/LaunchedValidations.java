package dev.drover.functions.state;

import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.functions.state.LaunchedValidation.Told;
import dev.drover.protocol.ServerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What came of the validations of applications. An item each: many servers tell theirs at once, and
 * all messages together would be larger than an item may be.
 *
 * <p>Items {@code APP#<application> / VALIDATED#<validation>}.
 */
public final class LaunchedValidations {
  private static final String SK = "VALIDATED#";
  private static final String SERVER_ID = "serverId";
  private static final String LOGICAL_ID = "logicalId";
  private static final String BUCKET = "bucket";
  private static final String KEY = "key";
  private static final String SCRIPT_TYPE = "scriptType";

  private final Table table;

  LaunchedValidations(Table table) {
    this.table = table;
  }

  /** All that were ever launched, by id. */
  public List<LaunchedValidation> list(AppId id) {
    return table.query(AppCodec.pk(id), SK).map(LaunchedValidations::read).toList();
  }

  /** One of them. */
  public Optional<LaunchedValidation> find(AppId id, ValidationId validation) {
    return table.get(AppCodec.pk(id), sk(validation)).map(LaunchedValidations::read);
  }

  /**
   * They are part of that launch; what was told of earlier ones stays, if the script is the same.
   */
  public void launch(AppId id, List<LaunchedValidation> validations) {
    Map<ValidationId, LaunchedValidation> before =
        list(id).stream().collect(Collectors.toMap(LaunchedValidation::id, Function.identity()));
    validations.forEach(validation -> launch(id, validation, before.get(validation.id())));
  }

  private void launch(
      AppId id, LaunchedValidation validation, @Nullable LaunchedValidation before) {
    ItemUpdate update =
        ItemUpdate.of(AppCodec.pk(id), sk(validation.id()))
            .set(ToldCodec.ROUND, (Integer) validation.round())
            .set(SERVER_ID, validation.serverId().value())
            .set(LOGICAL_ID, validation.logicalId())
            .set(BUCKET, validation.source().bucket())
            .set(KEY, validation.source().key())
            .set(SCRIPT_TYPE, validation.scriptType());
    table.update(before == null || before.runsAs(validation) ? update : ToldCodec.forget(update));
  }

  /**
   * Something is told of it; an end that was told of the same launch stays.
   *
   * @return false: it is not part of that launch, or has ended
   */
  public boolean tell(AppId id, ValidationId validation, Told told) {
    return table.update(ToldCodec.tell(ItemUpdate.of(AppCodec.pk(id), sk(validation)), told));
  }

  /** Nothing of the application's is left. */
  public void deleteAll(AppId id) {
    list(id).forEach(validation -> table.delete(AppCodec.pk(id), sk(validation.id())));
  }

  private static LaunchedValidation read(Item item) {
    return new LaunchedValidation(
        new ValidationId(item.text(Item.SK).substring(SK.length())),
        item.count(ToldCodec.ROUND),
        new ServerId(item.text(SERVER_ID)),
        item.text(LOGICAL_ID),
        new S3Object(item.text(BUCKET), item.text(KEY)),
        item.text(SCRIPT_TYPE),
        ToldCodec.read(item));
  }

  private static String sk(ValidationId validation) {
    return SK + validation;
  }
}
