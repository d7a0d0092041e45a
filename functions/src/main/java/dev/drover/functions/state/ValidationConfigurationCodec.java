package dev.drover.functions.state;

import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.functions.state.ValidationConfiguration.AppScript;
import dev.drover.functions.state.ValidationConfiguration.ServerScript;
import dev.drover.functions.state.ValidationConfiguration.Validation;
import dev.drover.protocol.ServerId;
import java.util.List;
import java.util.function.Function;

/** How an application is validated, as the table's item {@code APP#<application> / VALIDATION}. */
final class ValidationConfigurationCodec {
  static final String SK = "VALIDATION";
  private static final String APP_VALIDATIONS = "appValidations";
  private static final String SERVER_VALIDATIONS = "serverValidations";
  private static final String VALIDATION_ID = "validationId";
  private static final String NAME = "name";
  private static final String BUCKET = "bucket";
  private static final String KEY = "key";
  private static final String SCRIPT_TYPE = "scriptType";
  private static final String INSTANCE_ID = "instanceId";
  private static final String COMMAND = "command";
  private static final String TIMEOUT_SECONDS = "timeoutSeconds";
  private static final String OUTPUT_BUCKET = "outputBucket";
  private static final String SERVER_ID = "serverId";

  private ValidationConfigurationCodec() {}

  static Item item(String pk, ValidationConfiguration configuration) {
    return Item.of(pk, SK)
        .withItems(
            APP_VALIDATIONS, items(configuration.ofApp(), ValidationConfigurationCodec::item))
        .withItems(
            SERVER_VALIDATIONS,
            items(configuration.ofServers(), ValidationConfigurationCodec::item));
  }

  private static <S> List<Item> items(List<Validation<S>> validations, Function<S, Item> script) {
    return validations.stream()
        .map(
            validation ->
                script.apply(validation.script()).with(VALIDATION_ID, validation.id().value()))
        .toList();
  }

  static Item item(AppScript script) {
    return Item.nested()
        .with(NAME, script.name())
        .with(BUCKET, script.source().bucket())
        .with(KEY, script.source().key())
        .with(SCRIPT_TYPE, script.type())
        .with(INSTANCE_ID, script.instanceId())
        .with(COMMAND, script.command())
        .with(TIMEOUT_SECONDS, script.timeoutSeconds())
        .with(OUTPUT_BUCKET, script.outputBucket());
  }

  private static Item item(ServerScript script) {
    return Item.nested()
        .with(SERVER_ID, script.serverId().value())
        .with(NAME, script.name())
        .with(BUCKET, script.source().bucket())
        .with(KEY, script.source().key())
        .with(SCRIPT_TYPE, script.type());
  }

  static ValidationConfiguration read(Item item) {
    return new ValidationConfiguration(
        read(item.items(APP_VALIDATIONS), ValidationConfigurationCodec::readAppScript),
        read(item.items(SERVER_VALIDATIONS), ValidationConfigurationCodec::readServerScript));
  }

  private static <S> List<Validation<S>> read(List<Item> items, Function<Item, S> script) {
    return items.stream()
        .map(
            item ->
                new Validation<>(new ValidationId(item.text(VALIDATION_ID)), script.apply(item)))
        .toList();
  }

  static AppScript readAppScript(Item item) {
    return new AppScript(
        item.findText(NAME).orElse(null),
        new S3Object(item.text(BUCKET), item.text(KEY)),
        item.text(SCRIPT_TYPE),
        item.text(INSTANCE_ID),
        item.text(COMMAND),
        item.findNumber(TIMEOUT_SECONDS).map(Math::toIntExact).orElse(null),
        item.findText(OUTPUT_BUCKET).orElse(null));
  }

  private static ServerScript readServerScript(Item item) {
    return new ServerScript(
        new ServerId(item.text(SERVER_ID)),
        item.findText(NAME).orElse(null),
        new S3Object(item.text(BUCKET), item.text(KEY)),
        item.text(SCRIPT_TYPE));
  }
}
