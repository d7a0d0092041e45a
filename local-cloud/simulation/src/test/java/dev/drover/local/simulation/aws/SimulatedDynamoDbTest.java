package dev.drover.local.simulation.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.state.InMemoryDynamoDb;
import dev.drover.local.simulation.kernel.DirectLine;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

class SimulatedDynamoDbTest {
  private static final int KIB = 1024;

  private final Simulation simulation =
      new Simulation(1, Instant.parse("2026-11-23T00:00:00Z"), Trace.digested());
  private final Meter meter = new Meter();
  private final InMemoryDynamoDb items = new InMemoryDynamoDb();
  private final SimulatedDynamoDb table =
      new SimulatedDynamoDb(
          items,
          new TableCapacity(simulation),
          new DirectLine(simulation),
          meter,
          new TimeToLive(simulation, items),
          _ -> {});

  private void put(String pk, int kib) {
    Map<String, AttributeValue> item = new HashMap<>(key(pk));
    item.put("b", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[kib * KIB - 100])));
    table.putItem(put -> put.item(item));
  }

  private static Map<String, AttributeValue> key(String pk) {
    return Map.of("pk", AttributeValue.fromS(pk), "sk", AttributeValue.fromS("-"));
  }

  private void pass(Duration time) {
    simulation.runUntil(simulation.instant().plus(time));
  }

  private void transact(String pk) {
    table.transactWriteItems(
        transact ->
            transact.transactItems(
                TransactWriteItem.builder().put(put -> put.item(key(pk))).build()));
  }

  @Test
  void putItem_moreThanAPartitionTakes_isThrottledUntilTimeHasPassed() {
    for (int i = 0; i < 5; i++) {
      put("one", 200);
    }
    put("one", 1);
    assertThat(meter.tableWrites()).isEqualTo(1001);
    assertThatThrownBy(() -> put("one", 1))
        .isInstanceOfSatisfying(
            ProvisionedThroughputExceededException.class,
            refusal -> assertThat(refusal.isThrottlingException()).isTrue());
    pass(Duration.ofMillis(2));
    put("one", 1);
  }

  @Test
  void getItem_largeItems_countsReadUnitsOfFourKib() {
    put("one", 200);
    table.getItem(get -> get.key(key("one")));
    assertThat(meter.tableReads()).isEqualTo(50);
    for (int i = 1; i < 61; i++) {
      table.getItem(get -> get.key(key("one")));
    }
    assertThatThrownBy(() -> table.getItem(get -> get.key(key("one"))))
        .isInstanceOf(ProvisionedThroughputExceededException.class);
  }

  @Test
  void writes_ofAnItemInATransaction_conflictUntilItHasEnded() {
    transact("one");
    assertThatThrownBy(() -> transact("one"))
        .isInstanceOfSatisfying(
            TransactionCanceledException.class,
            refusal ->
                assertThat(refusal.cancellationReasons().getFirst().code())
                    .isEqualTo("TransactionConflict"));
    assertThatThrownBy(() -> put("one", 1)).isInstanceOf(TransactionConflictException.class);
    transact("two");
    pass(Duration.ofMillis(12));
    transact("one");
  }

  private void putUntil(String pk, Instant end) {
    Map<String, AttributeValue> item = new HashMap<>(key(pk));
    item.put("ttl", AttributeValue.fromN(Long.toString(end.getEpochSecond())));
    table.putItem(put -> put.item(item));
  }

  private boolean isThere(String pk) {
    return table.getItem(get -> get.key(key(pk))).hasItem()
        && !table.getItem(get -> get.key(key(pk))).item().isEmpty();
  }

  @Test
  void item_whoseTimeIsOver_disappearsWithinTwoDaysAndNotBefore() {
    Instant end = simulation.instant().plus(Duration.ofDays(60));
    putUntil("one", end);
    put("forever", 1);

    pass(Duration.ofDays(60));
    assertThat(isThere("one")).isTrue();
    pass(Duration.ofDays(2));
    assertThat(isThere("one")).isFalse();
    assertThat(isThere("forever")).isTrue();
  }

  @Test
  void item_thatIsGivenMoreTime_stays() {
    Instant end = simulation.instant().plus(Duration.ofDays(60));
    putUntil("one", end);
    pass(Duration.ofDays(59));
    putUntil("one", end.plus(Duration.ofDays(30)));

    pass(Duration.ofDays(30));
    assertThat(isThere("one")).isTrue();
    pass(Duration.ofDays(3));
    assertThat(isThere("one")).isFalse();
  }
}
