package dev.drover.local.simulation.aws;

import dev.drover.functions.state.InMemoryDynamoDb;
import dev.drover.local.simulation.kernel.Simulation;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;

/**
 * Items whose time is over disappear, up to two days late; until then they are read as before. Who
 * gives an item another time in between keeps it.
 *
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html">TTL</a>
 */
final class TimeToLive {
  /** As {@code infra-cdk} names it. */
  private static final String ATTRIBUTE = "ttl";

  private static final int LATEST_SECONDS = 48 * 60 * 60;

  private final Simulation simulation;
  private final InMemoryDynamoDb table;
  private final RandomGenerator random;
  private final Set<Map<String, AttributeValue>> watched = new HashSet<>();
  private long expired;

  TimeToLive(Simulation simulation, InMemoryDynamoDb table) {
    this.simulation = simulation;
    this.table = table;
    this.random = simulation.newRandom();
  }

  /** How many items disappeared. */
  long expired() {
    return expired;
  }

  /** An item was written, and is like that now. */
  void written(Map<String, AttributeValue> key, Map<String, AttributeValue> item) {
    Instant end = end(item);
    if (end != null && watched.add(key)) {
      watch(key, end);
    }
  }

  private void watch(Map<String, AttributeValue> key, Instant end) {
    simulation.at(end.plusSeconds(random.nextInt(LATEST_SECONDS)), () -> look(key));
  }

  private void look(Map<String, AttributeValue> key) {
    Instant end = end(table.getItem(GetItemRequest.builder().key(key).build()).item());
    if (end != null && end.isAfter(simulation.instant())) {
      watch(key, end);
      return;
    }
    watched.remove(key);
    if (end != null) {
      table.deleteItem(DeleteItemRequest.builder().key(key).build());
      expired++;
    }
  }

  private static @Nullable Instant end(Map<String, AttributeValue> item) {
    AttributeValue seconds = item.get(ATTRIBUTE);
    return seconds == null ? null : Instant.ofEpochSecond(Long.parseLong(seconds.n()));
  }
}
