package dev.drover.functions.state;

import dev.drover.protocol.RunId;
import java.time.Duration;
import java.time.Instant;

/**
 * The waits for runs' segments in the table. Both sides, who counts and who waits, learn from their
 * one write what the other has written: whichever comes second sees that the wait is over.
 */
public final class SegmentWaits {
  private static final String SK = "SEGMENTS";
  private static final String DONE = "done";
  private static final String EXPECTED = "expected";
  private static final String TASK_TOKEN = "taskToken";
  private static final String CORRUPT = "corrupt";
  private static final String LAST_CORRUPT = "lastCorrupt";

  /** DynamoDB deletes the item some time after this; in epoch SECONDS, as DynamoDB wants it. */
  private static final String TTL = "ttl";

  /** As long as receipts: twice the 30 days that a run may last. */
  private static final Duration KEPT = Duration.ofDays(60);

  private final Table table;

  SegmentWaits(Table table) {
    this.table = table;
  }

  /** As it is now; of a run of which no segment is done yet, nothing. */
  public SegmentWait find(RunId runId) {
    return table
        .get(pk(runId), SK)
        .map(item -> read(runId, item))
        .orElseGet(() -> new SegmentWait(runId, 0, 0, null, 0, null));
  }

  /** One more segment is done; the wait as it is with it. */
  public SegmentWait count(RunId runId, Instant now) {
    return change(runId, update(runId, now).add(DONE, 1));
  }

  /** One more is done because it came corrupt, and is to be sent again. */
  public SegmentWait countCorrupt(RunId runId, String which, Instant now) {
    return change(runId, update(runId, now).add(DONE, 1).add(CORRUPT, 1).set(LAST_CORRUPT, which));
  }

  /** A task waits until so many are done, in the place of one that waited before; the wait. */
  public SegmentWait await(RunId runId, long expected, String taskToken, Instant now) {
    return change(runId, update(runId, now).set(EXPECTED, expected).set(TASK_TOKEN, taskToken));
  }

  /** The task waits no longer; another one that waits meanwhile does so still. */
  public void end(RunId runId, String taskToken) {
    table.update(
        ItemUpdate.of(pk(runId), SK)
            .remove(TASK_TOKEN)
            .onlyIf("#taskToken = :token", TASK_TOKEN)
            .value(":token", taskToken));
  }

  private SegmentWait change(RunId runId, ItemUpdate update) {
    return read(runId, table.updateAndGet(update).orElseThrow());
  }

  private static SegmentWait read(RunId runId, Item item) {
    return new SegmentWait(
        runId,
        item.findNumber(DONE).orElse(0L),
        item.findNumber(EXPECTED).orElse(0L),
        item.findText(TASK_TOKEN).orElse(null),
        item.findNumber(CORRUPT).map(Math::toIntExact).orElse(0),
        item.findText(LAST_CORRUPT).orElse(null));
  }

  private static ItemUpdate update(RunId runId, Instant now) {
    return ItemUpdate.of(pk(runId), SK).set(TTL, (Long) now.plus(KEPT).getEpochSecond());
  }

  private static String pk(RunId runId) {
    return "RUN#" + runId;
  }
}
