package dev.drover.functions.state;

import dev.drover.functions.state.LaunchedValidation.Status;
import dev.drover.functions.state.LaunchedValidation.Told;
import org.jspecify.annotations.Nullable;

/** What was told of a validation, in the attributes of its item. */
final class ToldCodec {
  /** Of the launch that the validation is part of now. */
  static final String ROUND = "round";

  private static final String TOLD_ROUND = "toldRound";
  private static final String INSTANCE_ID = "instanceId";
  private static final String STATUS = "status";
  private static final String MESSAGE = "message";
  private static final String AT = "at";

  private ToldCodec() {}

  /**
   * Something is told; only while the validation is part of that launch, and an end that was told
   * of the same launch stays.
   */
  static ItemUpdate tell(ItemUpdate update, Told told) {
    return update
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
        .value(":begun", Status.IN_PROGRESS.name());
  }

  /** Nothing was told of it. */
  static ItemUpdate forget(ItemUpdate update) {
    return update.remove(TOLD_ROUND).remove(INSTANCE_ID).remove(STATUS).remove(MESSAGE).remove(AT);
  }

  /** Null: nothing was told yet. */
  static @Nullable Told read(Item item) {
    return item.findNumber(TOLD_ROUND)
        .map(
            round ->
                new Told(
                    Math.toIntExact(round),
                    item.findText(INSTANCE_ID).orElse(null),
                    Status.valueOf(item.text(STATUS)),
                    item.findText(MESSAGE).orElse(null),
                    item.time(AT)))
        .orElse(null);
  }
}
