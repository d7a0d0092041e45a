package dev.drover.functions.state;

import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * The runs that have ended and may have left something, item {@code LEFTOVERS / <run>}. It is
 * written in the transaction that ends the run for good, so that whatever fails afterwards,
 * somebody comes and tidies up; and it stays for a while after that, because a connector may stage
 * for a run of whose end it has not heard.
 */
public final class Leftovers {
  private static final String PK = "LEFTOVERS";
  private static final String JOB_ID = "jobId";
  private static final String DUE = "due";
  private static final String UNTIL = "until";

  /** Only a connector that was replaced in the run may not know that it is over. */
  private static final Duration AFTER_COMPLETION = Duration.ofHours(1);

  /** A connector that was away goes on with its task when it is back, until it is refused. */
  private static final Duration AFTER_DISCARD = Duration.ofHours(24);

  private final Table table;

  Leftovers(Table table) {
    this.table = table;
  }

  /**
   * What a run may have left.
   *
   * @param due when it is to be looked for
   * @param until when it is looked for the last time
   */
  public record Leftover(RunReference run, Instant due, Instant until) {}

  /** The run made an image: what is none of it is to be looked for. */
  public Write ofCompleted(RunReference run, Instant now) {
    return expected(run, now, AFTER_COMPLETION);
  }

  /** The run is given up: all of it is to go. */
  public Write ofDiscarded(RunReference run, Instant now) {
    return expected(run, now, AFTER_DISCARD);
  }

  private Write expected(RunReference run, Instant now, Duration period) {
    return table.put(
        Item.of(PK, run.runId().value())
            .with(JOB_ID, run.jobId().value())
            .with(DUE, now)
            .with(UNTIL, now.plus(period)));
  }

  /** All that are due, the longest due first. */
  public List<Leftover> due(Instant now) {
    return table
        .query(PK)
        .map(Leftovers::read)
        .filter(leftover -> !leftover.due().isAfter(now))
        .sorted(Comparator.comparing(Leftover::due))
        .toList();
  }

  /** It was looked for; once more then, unless that was the last time. */
  public void looked(Leftover leftover, Instant next) {
    if (leftover.due().isBefore(leftover.until())) {
      table.update(ItemUpdate.of(PK, leftover.run().runId().value()).set(DUE, next).onlyIfExists());
    } else {
      table.delete(PK, leftover.run().runId().value());
    }
  }

  private static Leftover read(Item item) {
    return new Leftover(
        new RunReference(new JobId(item.text(JOB_ID)), new RunId(item.text(Item.SK))),
        item.time(DUE),
        item.time(UNTIL));
  }
}
