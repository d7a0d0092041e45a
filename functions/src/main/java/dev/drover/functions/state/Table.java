package dev.drover.functions.state;

import dev.drover.functions.account.TransientException;
import dev.drover.functions.aws.SdkErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.model.Update;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * Drover's one table: strongly consistent reads, conditional writes. What may happen concurrently
 * is told by a condition that did not hold, as a value; what may not is one of the exceptions of
 * the ports. Here alone items get their version, and one of a later version than this build reads
 * is neither read nor written ({@link dev.drover.functions.account.NewerVersionException}).
 */
final class Table {
  private static final String REASON_CONDITION = "ConditionalCheckFailed";
  private static final String REASON_CONFLICT = "TransactionConflict";

  /**
   * So often a write is tried that meets somebody else's transaction on one of its items. DynamoDB
   * lets one of them pass and refuses the other at once, and a transaction lasts as long as a call;
   * the SDK does not try again. Each segment's transaction checks the one item of its disk.
   */
  private static final int MAX_CONFLICTS = 20;

  /**
   * Items of one BatchGetItem.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html">
   *     BatchGetItem</a>
   */
  private static final int MAX_BATCH = 100;

  /** So often some of what was asked for may be left undone. */
  private static final int MAX_UNPROCESSED = 10;

  /** Items that are read at once for a page; more than the default page and one. */
  private static final int PAGED = 64;

  private final DynamoDbClient dynamoDb;
  private final String name;
  private final ItemVersion version;

  Table(DynamoDbClient dynamoDb, String name) {
    this(dynamoDb, name, ItemVersion.CURRENT);
  }

  /** Of a build that writes and reads such items. */
  Table(DynamoDbClient dynamoDb, String name, ItemVersion version) {
    this.dynamoDb = dynamoDb;
    this.name = name;
    this.version = version;
  }

  private Item read(Map<String, AttributeValue> attributes) {
    return version.requireReadable(Item.read(attributes));
  }

  /** Reads an item. */
  Optional<Item> get(String pk, String sk) {
    Map<String, AttributeValue> item =
        SdkErrors.translated(
            () ->
                dynamoDb
                    .getItem(get -> get.tableName(name).key(Item.key(pk, sk)).consistentRead(true))
                    .item());
    return item.isEmpty() ? Optional.empty() : Optional.of(read(item));
  }

  /** Those of one partition's items that there are. */
  List<Item> getAll(String pk, Stream<String> sks) {
    return getAll(sks.distinct().map(sk -> Item.key(pk, sk)).toList());
  }

  /**
   * Reads items, wherever they are; what is not there is left out.
   *
   * @param keys as {@link Item#key} makes them, each once
   * @throws TransientException when the table has no room for so many reads
   */
  List<Item> getAll(List<Map<String, AttributeValue>> keys) {
    List<Item> found = new ArrayList<>();
    List<Map<String, AttributeValue>> wanted = keys;
    for (int calls = 0; !wanted.isEmpty(); calls++) {
      if (calls == MAX_UNPROCESSED + keys.size() / MAX_BATCH) {
        throw new TransientException("the table leaves reads undone again and again");
      }
      List<Map<String, AttributeValue>> asked = wanted.stream().limit(MAX_BATCH).toList();
      BatchGetItemResponse answer =
          SdkErrors.translated(
              () ->
                  dynamoDb.batchGetItem(
                      get ->
                          get.requestItems(
                              Map.of(
                                  name,
                                  KeysAndAttributes.builder()
                                      .keys(asked)
                                      .consistentRead(true)
                                      .build()))));
      answer.responses().getOrDefault(name, List.of()).forEach(item -> found.add(read(item)));
      KeysAndAttributes undone = answer.unprocessedKeys().get(name);
      wanted =
          Stream.concat(
                  undone == null ? Stream.of() : undone.keys().stream(),
                  wanted.stream().skip(MAX_BATCH))
              .toList();
    }
    return found;
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

  /**
   * Every item of a partition whose sort key comes after that text, ascending. Read in small parts,
   * because who asks so shows a page: DynamoDB would read a MiB for the first of them.
   */
  Stream<Item> queryAfter(String pk, String skExclusive) {
    return skExclusive.isEmpty()
        ? query(PAGED, "pk = :pk", Map.of(":pk", AttributeValue.fromS(pk)))
        : query(
            PAGED,
            "pk = :pk AND sk > :sk",
            Map.of(":pk", AttributeValue.fromS(pk), ":sk", AttributeValue.fromS(skExclusive)));
  }

  private Stream<Item> query(String keyCondition, Map<String, AttributeValue> values) {
    return query(null, keyCondition, values);
  }

  private Stream<Item> query(
      @Nullable Integer atOnce, String keyCondition, Map<String, AttributeValue> values) {
    return SdkErrors.translatedPages(
            dynamoDb
                .queryPaginator(
                    query ->
                        query
                            .tableName(name)
                            .consistentRead(true)
                            .limit(atOnce)
                            .keyConditionExpression(keyCondition)
                            .expressionAttributeValues(values))
                .items())
        .map(this::read);
  }

  /** Carries out an update if its condition holds; tells whether it did. */
  boolean update(ItemUpdate update) {
    UpdateItemRequest request = version.stamped(update).request(name);
    return ifHolds(() -> dynamoDb.updateItem(request)).isPresent();
  }

  /** Carries out an update if its condition holds; the whole item as it is afterwards. */
  Optional<Item> updateAndGet(ItemUpdate update) {
    UpdateItemRequest request = version.stamped(update).returningRequest(name);
    return ifHolds(() -> dynamoDb.updateItem(request))
        .map(UpdateItemResponse::attributes)
        .map(Item::read);
  }

  /** Also an item of a later version fails a condition: that is no answer, see {@link #read}. */
  private <T> Optional<T> ifHolds(Supplier<T> write) {
    return SdkErrors.translated(
        () -> {
          try {
            return Optional.of(despiteConflicts(write));
          } catch (ConditionalCheckFailedException e) {
            requireReadable(e.item());
            return Optional.empty();
          }
        });
  }

  private void requireReadable(Map<String, AttributeValue> found) {
    if (!found.isEmpty()) {
      var _ = read(found);
    }
  }

  /** Puts an item, whatever was there of a version that this build reads. */
  void store(Item item) {
    PutItemRequest request = guard(item).putRequest(name, version.stamped(item));
    requireHeld(ifHolds(() -> dynamoDb.putItem(request)), item.text(Item.PK));
  }

  /** Deletes an item; one that is not there is deleted already. */
  void delete(String pk, String sk) {
    DeleteItemRequest request = version.guarded(ItemUpdate.of(pk, sk)).deleteRequest(name);
    requireHeld(ifHolds(() -> dynamoDb.deleteItem(request)), pk);
  }

  /** The one condition was the version's, and DynamoDB told no item. */
  private static void requireHeld(Optional<?> written, String pk) {
    if (written.isEmpty()) {
      throw new TransientException("an item of " + pk + " changed while it was written");
    }
  }

  private ItemUpdate guard(Item item) {
    return version.guarded(ItemUpdate.of(item.text(Item.PK), item.text(Item.SK)));
  }

  /** Writes all or nothing; tells whether it did. False means that a condition did not hold. */
  boolean transact(List<TransactWriteItem> writes) {
    return SdkErrors.translated(
        () -> {
          try {
            despiteConflicts(
                () -> dynamoDb.transactWriteItems(transact -> transact.transactItems(writes)));
            return true;
          } catch (TransactionCanceledException e) {
            if (isFailedCondition(e)) {
              e.cancellationReasons().forEach(reason -> requireReadable(reason.item()));
              return false;
            }
            throw e;
          }
        });
  }

  private static <T> T despiteConflicts(Supplier<T> write) {
    for (int tries = 1; ; tries++) {
      try {
        return write.get();
      } catch (TransactionConflictException e) {
        if (tries == MAX_CONFLICTS) {
          throw e;
        }
      } catch (TransactionCanceledException e) {
        if (isFailedCondition(e) || !isConflict(e) || tries == MAX_CONFLICTS) {
          throw e;
        }
      }
    }
  }

  private static boolean isConflict(TransactionCanceledException cancelled) {
    return cancelled.cancellationReasons().stream()
        .anyMatch(reason -> REASON_CONFLICT.equals(reason.code()));
  }

  private static boolean isFailedCondition(TransactionCanceledException cancelled) {
    return cancelled.cancellationReasons().stream()
        .anyMatch(reason -> REASON_CONDITION.equals(reason.code()));
  }

  /** For a transaction: a put that asks for an item there with that number in it. */
  Write replace(Item item, String numberName, long expected) {
    return put(
        item,
        guard(item)
            .onlyIf("#" + numberName + " = :expected", numberName)
            .value(":expected", expected));
  }

  /** For a transaction: a put that asks for the key to be free. */
  Write putIfAbsent(Item item) {
    return put(item, guard(item).onlyIf("attribute_not_exists(pk)"));
  }

  /** For a transaction: a put, whatever was there of a version that this build reads. */
  Write put(Item item) {
    return put(item, guard(item));
  }

  private Write put(Item item, ItemUpdate condition) {
    Put put = condition.transactPut(name, version.stamped(item));
    return Write.of(TransactWriteItem.builder().put(put).build());
  }

  /** For a transaction: only the condition of an update. */
  Write check(ItemUpdate condition) {
    ConditionCheck check = version.guarded(condition).transactCheck(name);
    return Write.of(TransactWriteItem.builder().conditionCheck(check).build());
  }

  /** For a transaction: a deletion that asks for the condition of an update. */
  Write removeIf(ItemUpdate condition) {
    Delete delete = version.guarded(condition).transactDelete(name);
    return Write.of(TransactWriteItem.builder().delete(delete).build());
  }

  /** For a transaction: a deletion; an item that is not there is deleted already. */
  Write remove(String pk, String sk) {
    return removeIf(ItemUpdate.of(pk, sk));
  }

  /** For a transaction: an update. */
  Write change(ItemUpdate update) {
    Update change = version.stamped(update).transactUpdate(name);
    return Write.of(TransactWriteItem.builder().update(change).build());
  }
}
