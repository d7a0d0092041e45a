package dev.drover.functions.state;

import dev.drover.functions.state.CommandedValidation.Sending;
import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.functions.state.LaunchedValidation.Told;
import dev.drover.functions.state.ValidationConfiguration.AppScript;
import dev.drover.functions.state.ValidationConfiguration.Validation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The scripts of applications that Systems Manager runs, and what came of them.
 *
 * <p>Items {@code APP#<application> / COMMANDED#<validation>}.
 */
public final class CommandedValidations {
  private static final String SK = "COMMANDED#";
  private static final String SCRIPT = "script";
  private static final String SENT_ROUND = "sentRound";
  private static final String SENT_TO = "sentTo";
  private static final String SENT_AT = "sentAt";
  private static final String COMMAND_ID = "commandId";
  private static final String OUTPUT_BUCKET = "outputBucket";
  private static final String OUTPUT_KEY = "outputKey";

  private final Table table;

  CommandedValidations(Table table) {
    this.table = table;
  }

  /** All that were ever launched, by id. */
  public List<CommandedValidation> list(AppId id) {
    return table.query(AppCodec.pk(id), SK).map(CommandedValidations::read).toList();
  }

  /** It is part of that launch; the command and what was told of earlier ones stay. */
  public void launch(AppId id, int round, Validation<AppScript> validation) {
    AttributeValue script =
        AttributeValue.fromM(ValidationConfigurationCodec.item(validation.script()).attributes());
    table.update(
        ItemUpdate.of(AppCodec.pk(id), sk(validation.id()))
            .set(ToldCodec.ROUND, (Integer) round)
            .setValue(SCRIPT, script));
  }

  /**
   * A command of that launch is about to be sent.
   *
   * @param before what was there when it was seen
   * @return false: it is not part of that launch, or somebody else sends one
   */
  public boolean send(AppId id, CommandedValidation before, Sending sending) {
    Sending known = before.sending();
    ItemUpdate update =
        ItemUpdate.of(AppCodec.pk(id), sk(before.id()))
            .set(SENT_ROUND, (Integer) sending.round())
            .set(SENT_TO, sending.instanceId())
            .set(SENT_AT, sending.at())
            .remove(COMMAND_ID)
            .onlyIf("#round = :now", ToldCodec.ROUND)
            .value(":now", sending.round());
    return table.update(
        known == null
            ? update.onlyIf("attribute_not_exists(#sentAt)", SENT_AT)
            : update
                .onlyIf("#sentAt = :known", SENT_AT)
                .value(":known", known.at().toEpochMilli()));
  }

  /**
   * The id of the command that was about to be sent.
   *
   * @return false: it was forgotten meanwhile, or another one is about to be sent
   */
  public boolean sent(AppId id, ValidationId validation, Sending sending, String commandId) {
    return table.update(ofSending(id, validation, sending).set(COMMAND_ID, commandId));
  }

  /** The command is nobody's any more. */
  public void forget(AppId id, ValidationId validation, Sending sending) {
    var _ =
        table.update(
            ofSending(id, validation, sending)
                .remove(SENT_ROUND)
                .remove(SENT_TO)
                .remove(SENT_AT)
                .remove(COMMAND_ID));
  }

  private static ItemUpdate ofSending(AppId id, ValidationId validation, Sending sending) {
    return ItemUpdate.of(AppCodec.pk(id), sk(validation))
        .onlyIf("#sentAt = :known AND #sentRound = :its", SENT_AT, SENT_ROUND)
        .value(":known", sending.at().toEpochMilli())
        .value(":its", sending.round());
  }

  /**
   * Something is told of it; an end that was told of the same launch stays.
   *
   * @param output where what it printed is
   * @return false: it is not part of that launch, or has ended
   */
  public boolean tell(AppId id, ValidationId validation, Told told, @Nullable S3Object output) {
    return table.update(
        ToldCodec.tell(ItemUpdate.of(AppCodec.pk(id), sk(validation)), told)
            .set(OUTPUT_BUCKET, output == null ? null : output.bucket())
            .set(OUTPUT_KEY, output == null ? null : output.key()));
  }

  /** Nothing of the application's is left. */
  public void deleteAll(AppId id) {
    list(id).forEach(validation -> table.delete(AppCodec.pk(id), sk(validation.id())));
  }

  private static CommandedValidation read(Item item) {
    return new CommandedValidation(
        new ValidationId(item.text(Item.SK).substring(SK.length())),
        item.count(ToldCodec.ROUND),
        ValidationConfigurationCodec.readAppScript(item.map(SCRIPT)),
        item.findTime(SENT_AT)
            .map(
                at ->
                    new Sending(
                        item.count(SENT_ROUND),
                        item.text(SENT_TO),
                        at,
                        item.findText(COMMAND_ID).orElse(null)))
            .orElse(null),
        ToldCodec.read(item),
        item.findText(OUTPUT_KEY)
            .map(key -> new S3Object(item.text(OUTPUT_BUCKET), key))
            .orElse(null));
  }

  private static String sk(ValidationId validation) {
    return SK + validation;
  }
}
