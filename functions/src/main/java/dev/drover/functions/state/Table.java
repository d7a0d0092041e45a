package dev.drover.functions.state;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Drover's one table: strongly consistent reads, conditional writes. What may happen concurrently
 * is told by a condition that did not hold, as a value; what may not is an exception.
 */
public final class Table {
  private static final String REASON_CONDITION = "ConditionalCheckFailed";

  private final DynamoDbClient dynamoDb;
  private final String name;

  /** The table of that name. */
  public Table(DynamoDbClient dynamoDb, String name) {
    this.dynamoDb = dynamoDb;
    this.name = name;
  }

  /** The table's name, for transactions. */
  public String name() {
    return name;
  }

  /** Reads an item. */
  public Optional<Item> get(String pk, String sk) {
    Map<String, AttributeValue> item =
        dynamoDb.getItem(get -> get.tableName(name).key(key(pk, sk)).consistentRead(true)).item();
    return item.isEmpty() ? Optional.empty() : Optional.of(Item.read(item));
  }

  /** Every item of a partition whose sort key begins so, ascending; pages are fetched as needed. */
  public Stream<Item> query(String pk, String skPrefix) {
    return query(
        "pk = :pk AND begins_with(sk, :sk)",
        Map.of(":pk", AttributeValue.fromS(pk), ":sk", AttributeValue.fromS(skPrefix)));
  }

  /** Every item of a partition, ascending. */
  public Stream<Item> query(String pk) {
    return query("pk = :pk", Map.of(":pk", AttributeValue.fromS(pk)));
  }

  /** Every item of a partition whose sort key comes after that text, ascending. */
  public Stream<Item> queryAfter(String pk, String skExclusive) {
    if (skExclusive.isEmpty()) {
      return query(pk);
    }
    return query(
        "pk = :pk AND sk > :sk",
        Map.of(":pk", AttributeValue.fromS(pk), ":sk", AttributeValue.fromS(skExclusive)));
  }

  private Stream<Item> query(String keyCondition, Map<String, AttributeValue> values) {
    return dynamoDb
        .queryPaginator(
            query ->
                query
                    .tableName(name)
                    .consistentRead(true)
                    .keyConditionExpression(keyCondition)
                    .expressionAttributeValues(values))
        .items()
        .stream()
        .map(Item::read);
  }

  /** Writes an item, whatever was there. */
  public void put(Item item) {
    dynamoDb.putItem(put -> put.tableName(name).item(item.attributes()));
  }

  /** Writes an item unless its key is taken; tells whether it did. */
  public boolean putIfAbsent(Item item) {
    return holds(
        () ->
            dynamoDb.putItem(
                put ->
                    put.tableName(name)
                        .item(item.attributes())
                        .conditionExpression("attribute_not_exists(pk)")));
  }

  /** Carries out an update if its condition holds; tells whether it did. */
  public boolean update(ItemUpdate update) {
    return holds(() -> dynamoDb.updateItem(update.request(name)));
  }

  /** Carries out an update and returns the whole item as it is afterwards. */
  public Optional<Item> updateAndGet(ItemUpdate update) {
    try {
      return Optional.of(
          Item.read(dynamoDb.updateItem(update.returningRequest(name)).attributes()));
    } catch (ConditionalCheckFailedException e) {
      return Optional.empty();
    }
  }

  /** Deletes an item; one that is not there is deleted already. */
  public void delete(String pk, String sk) {
    dynamoDb.deleteItem(delete -> delete.tableName(name).key(key(pk, sk)));
  }

  /**
   * Writes all or nothing; tells whether it did. False means that a condition did not hold; any
   * other reason (throttling, conflict with another transaction) is DynamoDB's exception.
   */
  public boolean transact(List<TransactWriteItem> writes) {
    try {
      dynamoDb.transactWriteItems(transact -> transact.transactItems(writes));
      return true;
    } catch (TransactionCanceledException e) {
      boolean conditionFailed =
          e.cancellationReasons().stream()
              .anyMatch(reason -> REASON_CONDITION.equals(reason.code()));
      if (!conditionFailed) {
        throw e;
      }
      return false;
    }
  }

  /** A put for {@link #transact} that asks for an item there with that number in it. */
  public TransactWriteItem replaceInTransaction(Item item, String numberName, long expected) {
    return TransactWriteItem.builder()
        .put(
            put ->
                put.tableName(name)
                    .item(item.attributes())
                    .conditionExpression("#expected = :expected")
                    .expressionAttributeNames(Map.of("#expected", numberName))
                    .expressionAttributeValues(
                        Map.of(":expected", AttributeValue.fromN(Long.toString(expected)))))
        .build();
  }

  /** A put for {@link #transact} that asks for the key to be free. */
  public TransactWriteItem putIfAbsentInTransaction(Item item) {
    return TransactWriteItem.builder()
        .put(
            put ->
                put.tableName(name)
                    .item(item.attributes())
                    .conditionExpression("attribute_not_exists(pk)"))
        .build();
  }

  /** A put for {@link #transact}. */
  public TransactWriteItem putInTransaction(Item item) {
    return TransactWriteItem.builder()
        .put(put -> put.tableName(name).item(item.attributes()))
        .build();
  }

  /** Only the condition of an update, for {@link #transact}. */
  public TransactWriteItem checkInTransaction(ItemUpdate condition) {
    return TransactWriteItem.builder().conditionCheck(condition.transactCheck(name)).build();
  }

  /** A deletion for {@link #transact}; an item that is not there is deleted already. */
  public TransactWriteItem deleteInTransaction(String pk, String sk) {
    return TransactWriteItem.builder()
        .delete(delete -> delete.tableName(name).key(key(pk, sk)))
        .build();
  }

  /** An update for {@link #transact}. */
  public TransactWriteItem updateInTransaction(ItemUpdate update) {
    return TransactWriteItem.builder().update(update.transactUpdate(name)).build();
  }

  static Map<String, AttributeValue> key(String pk, String sk) {
    return Map.of(Item.PK, AttributeValue.fromS(pk), Item.SK, AttributeValue.fromS(sk));
  }

  private static boolean holds(Runnable write) {
    try {
      write.run();
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }
}
