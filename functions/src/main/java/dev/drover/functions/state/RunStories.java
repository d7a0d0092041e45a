package dev.drover.functions.state;

import dev.drover.protocol.RunId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What happened to each run, in the table, for people: nothing is ever decided by it. It outlives
 * the run's own item, which goes with its job.
 */
public final class RunStories {
  private static final String EVENT = "event";
  private static final String DETAILS = "details";
  private static final String NAME = "name";
  private static final String TEXT = "text";

  /** DynamoDB deletes the item some time after this; in epoch SECONDS, as DynamoDB wants it. */
  private static final String TTL = "ttl";

  /** A job ends after 90 days, unless it is extended; who asks later than a year asks too late. */
  private static final Duration KEPT = Duration.ofDays(400);

  /** Of one width, so that texts sort as times do. */
  private static final DateTimeFormatter SORTED =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final Table table;

  RunStories(Table table) {
    this.table = table;
  }

  /** Adds to a run's story. */
  public void add(RunId runId, RunEvent event) {
    table.store(
        Item.of(pk(runId), position(event))
            .with(EVENT, event.event())
            .withItems(DETAILS, event.details().entrySet().stream().map(RunStories::item).toList())
            .with(TTL, (Long) event.time().plus(KEPT).getEpochSecond()));
  }

  /**
   * A run's story, oldest first.
   *
   * @param position of the last event that the caller has; empty: none
   */
  public Stream<RunEvent> listAfter(RunId runId, String position) {
    return table.queryAfter(pk(runId), position).map(RunStories::read);
  }

  /** Where an event stands in its run's story. */
  public static String position(RunEvent event) {
    return SORTED.format(event.time()) + " " + event.event();
  }

  private static String pk(RunId runId) {
    return "STORY#" + runId;
  }

  private static Item item(Map.Entry<String, String> detail) {
    return Item.nested().with(NAME, detail.getKey()).with(TEXT, detail.getValue());
  }

  private static RunEvent read(Item item) {
    Map<String, String> details = new LinkedHashMap<>();
    List<Item> items = item.items(DETAILS);
    items.forEach(detail -> details.put(detail.text(NAME), detail.text(TEXT)));
    return new RunEvent(time(item), item.text(EVENT), details);
  }

  private static Instant time(Item item) {
    String position = item.text(Item.SK);
    return Instant.parse(position.substring(0, position.indexOf(' ')));
  }
}
