package dev.drover.functions.state;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.pagination.sync.SdkIterable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Drover's one table: strongly consistent reads, conditional writes. What may happen concurrently
 * is told by a condition that did not hold, as a value; what may not is an exception, a {@link
 * dev.drover.functions.account.TransientException} where it passes.
 */
final class Table {
  private static final String REASON_CONDITION = "ConditionalCheckFailed";

  private final DynamoDbClient dynamoDb;
  private final String name;

  Table(DynamoDbClient dynamoDb, String name) {
    this.dynamoDb = dynamoDb;
    this.name = name;
  }

  /** Reads an item. */
  Optional<Item> get(String pk, String sk) {
    Map<String, AttributeValue> item =
        call(
            () ->
                dynamoDb
                    .getItem(get -> get.tableName(name).key(Item.key(pk, sk)).consistentRead(true))
                    .item());
    return item.isEmpty() ? Optional.empty() : Optional.of(Item.read(item));
  }

  /** Every item of a partition whose sort key begins so, ascending; pages are fetched as needed. */
  Stream<Item> query(String pk, String skPrefix) {
    return query(
        "pk = :pk AND begins_with(sk, :sk)",
        Map.of(":pk", AttributeValue.fromS(pk), ":sk", AttributeValue.fromS(skPrefix)));
  }

  /** Every item of a partition, ascending. */
  Stream<Item> query(String pk) {
    return query("pk = :pk", Map.of(":pk", AttributeValue.fromS(pk)));
  }

  /** Every item of a partition whose sort key comes after that text, ascending. */
  Stream<Item> queryAfter(String pk, String skExclusive) {
    if (skExclusive.isEmpty()) {
      return query(pk);
    }
    return query(
        "pk = :pk AND sk > :sk",
        Map.of(":pk", AttributeValue.fromS(pk), ":sk", AttributeValue.fromS(skExclusive)));
  }

  private Stream<Item> query(String keyCondition, Map<String, AttributeValue> values) {
    SdkIterable<Map<String, AttributeValue>> items =
        dynamoDb
            .queryPaginator(
                query ->
                    query
                        .tableName(name)
                        .consistentRead(true)
                        .keyConditionExpression(keyCondition)
                        .expressionAttributeValues(values))
            .items();
    return stream(call(items::iterator)).map(Item::read);
  }

  /** The first page is fetched already; each step may fetch the next, and fail with it. */
  private static <T> Stream<T> stream(Iterator<T> fetching) {
    Iterator<T> guarded =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return call(fetching::hasNext);
          }

          @Override
          public T next() {
            return call(fetching::next);
          }
        };
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(guarded, Spliterator.ORDERED), false);
  }

  /** Carries out an update if its condition holds; tells whether it did. */
  boolean update(ItemUpdate update) {
    try {
      call(() -> dynamoDb.updateItem(update.request(name)));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  /** Carries out an update if its condition holds; the whole item as it is afterwards. */
  Optional<Item> updateAndGet(ItemUpdate update) {
    try {
      return Optional.of(
          Item.read(call(() -> dynamoDb.updateItem(update.returningRequest(name))).attributes()));
    } catch (ConditionalCheckFailedException e) {
      return Optional.empty();
    }
  }

  /** Deletes an item; one that is not there is deleted already. */
  void delete(String pk, String sk) {
    call(() -> dynamoDb.deleteItem(delete -> delete.tableName(name).key(Item.key(pk, sk))));
  }

  /** Writes all or nothing; tells whether it did. False means that a condition did not hold. */
  boolean transact(List<TransactWriteItem> writes) {
    try {
      dynamoDb.transactWriteItems(transact -> transact.transactItems(writes));
      return true;
    } catch (SdkException e) {
      if (isFailedCondition(e)) {
        return false;
      }
      throw Failures.transientOrItself(e);
    }
  }

  private static boolean isFailedCondition(SdkException failure) {
    return failure instanceof TransactionCanceledException cancelled
        && cancelled.cancellationReasons().stream()
            .anyMatch(reason -> REASON_CONDITION.equals(reason.code()));
  }

  /** For a transaction: a put that asks for an item there with that number in it. */
  Write replace(Item item, String numberName, long expected) {
    return put(
        put ->
            put.tableName(name)
                .item(item.attributes())
                .conditionExpression("#expected = :expected")
                .expressionAttributeNames(Map.of("#expected", numberName))
                .expressionAttributeValues(
                    Map.of(":expected", AttributeValue.fromN(Long.toString(expected)))));
  }

  /** For a transaction: a put that asks for the key to be free. */
  Write putIfAbsent(Item item) {
    return put(
        put ->
            put.tableName(name)
                .item(item.attributes())
                .conditionExpression("attribute_not_exists(pk)"));
  }

  /** For a transaction: a put, whatever was there. */
  Write put(Item item) {
    return put(put -> put.tableName(name).item(item.attributes()));
  }

  private static Write put(Consumer<Put.Builder> put) {
    return Write.of(TransactWriteItem.builder().put(put).build());
  }

  /** For a transaction: only the condition of an update. */
  Write check(ItemUpdate condition) {
    return Write.of(
        TransactWriteItem.builder().conditionCheck(condition.transactCheck(name)).build());
  }

  /** For a transaction: a deletion; an item that is not there is deleted already. */
  Write remove(String pk, String sk) {
    return Write.of(
        TransactWriteItem.builder()
            .delete(delete -> delete.tableName(name).key(Item.key(pk, sk)))
            .build());
  }

  /** For a transaction: an update. */
  Write change(ItemUpdate update) {
    return Write.of(TransactWriteItem.builder().update(update.transactUpdate(name)).build());
  }

  private static <T> T call(Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException e) {
      throw Failures.transientOrItself(e);
    }
  }
}
