package dev.drover.functions.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * One table in memory, with as much of DynamoDB as {@link Table} and {@link ItemUpdate} use: what
 * is tested against it are the conditions that our transitions write, so it evaluates them.
 */
public final class InMemoryDynamoDb implements DynamoDbClient {
  private static final int MAX_TRANSACTION_ITEMS = 100;
  private static final int MAX_BATCH_ITEMS = 100;

  private final TreeMap<String, Map<String, AttributeValue>> items = new TreeMap<>();

  /**
   * What the table holds.
   *
   * @param seed of the ids that it draws
   */
  public State state(long seed) {
    return new State(this, "drover", new Random(seed));
  }

  Table table() {
    return new Table(this, "drover");
  }

  /** What another build sees of it. */
  Table table(ItemVersion version) {
    return new Table(this, "drover", version);
  }

  /**
   * What a release sees of it that writes items of that version and reads none of a later one.
   *
   * @param seed of the ids that it draws
   */
  public State stateOfRelease(int itemVersion, long seed) {
    return new State(table(new ItemVersion(itemVersion, itemVersion)), new Random(seed));
  }

  private long itemsRead;
  private int answersToLose;

  /** The next updates have their effect, and nobody hears of it. */
  public synchronized void loseAnswers(int updates) {
    answersToLose = updates;
  }

  @Override
  public synchronized GetItemResponse getItem(GetItemRequest request) {
    Map<String, AttributeValue> item = items.get(place(request.key()));
    return GetItemResponse.builder().item(item == null ? Map.of() : item).build();
  }

  /** All of them: there is no limit of bytes here. */
  @Override
  public synchronized BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
    Map<String, List<Map<String, AttributeValue>>> found = new HashMap<>();
    request
        .requestItems()
        .forEach((table, asked) -> found.put(table, items(requireBatch(asked.keys()))));
    return BatchGetItemResponse.builder().responses(found).unprocessedKeys(Map.of()).build();
  }

  private List<Map<String, AttributeValue>> items(List<Map<String, AttributeValue>> keys) {
    return keys.stream().map(key -> items.get(place(key))).filter(Objects::nonNull).toList();
  }

  private static List<Map<String, AttributeValue>> requireBatch(
      List<Map<String, AttributeValue>> keys) {
    if (keys.isEmpty() || keys.size() > MAX_BATCH_ITEMS || Set.copyOf(keys).size() < keys.size()) {
      throw new IllegalArgumentException("BatchGetItem takes 1 to 100 different keys");
    }
    return keys;
  }

  @Override
  public synchronized PutItemResponse putItem(PutItemRequest request) {
    Write write =
        new Write(
            request.item(),
            request.conditionExpression(),
            request.expressionAttributeNames(),
            request.expressionAttributeValues());
    requireAllUsed(write, "");
    requireCondition(write, request.returnValuesOnConditionCheckFailure());
    items.put(place(request.item()), request.item());
    return PutItemResponse.builder().build();
  }

  @Override
  public synchronized UpdateItemResponse updateItem(UpdateItemRequest request) {
    Write write =
        new Write(
            request.key(),
            request.conditionExpression(),
            request.expressionAttributeNames(),
            request.expressionAttributeValues());
    requireAllUsed(write, request.updateExpression());
    requireCondition(write, request.returnValuesOnConditionCheckFailure());
    UpdateItemResponse answer =
        UpdateItemResponse.builder().attributes(apply(write, request.updateExpression())).build();
    if (answersToLose > 0) {
      answersToLose--;
      throw SdkClientException.create("Connection reset");
    }
    return answer;
  }

  @Override
  public synchronized DeleteItemResponse deleteItem(DeleteItemRequest request) {
    Write write =
        new Write(
            request.key(),
            request.conditionExpression(),
            request.expressionAttributeNames(),
            request.expressionAttributeValues());
    requireAllUsed(write, "");
    requireCondition(write, request.returnValuesOnConditionCheckFailure());
    items.remove(place(request.key()));
    return DeleteItemResponse.builder().build();
  }

  /** As many as are asked for at once, after those that the caller has. */
  @Override
  public synchronized QueryResponse query(QueryRequest request) {
    List<Map<String, AttributeValue>> found = new ArrayList<>();
    int limit = request.limit() == null ? Integer.MAX_VALUE : request.limit();
    for (Map<String, AttributeValue> item : asked(request).values()) {
      if (found.size() == limit) {
        Map<String, AttributeValue> last = found.getLast();
        itemsRead += found.size();
        return QueryResponse.builder()
            .items(found)
            .lastEvaluatedKey(Item.key(text(last, Item.PK), text(last, Item.SK)))
            .build();
      }
      found.add(item);
    }
    itemsRead += found.size();
    return QueryResponse.builder().items(found).build();
  }

  private SortedMap<String, Map<String, AttributeValue>> asked(QueryRequest request) {
    String partition = text(request.expressionAttributeValues(), ":pk") + "\0";
    AttributeValue wanted = request.expressionAttributeValues().get(":sk");
    String bound = partition + (wanted == null ? "" : wanted.s());
    boolean isPrefix = wanted == null || request.keyConditionExpression().contains("begins_with");
    NavigableMap<String, Map<String, AttributeValue>> all =
        items.subMap(bound, isPrefix, (isPrefix ? bound : partition) + "\uffff", false);
    return request.hasExclusiveStartKey()
        ? all.tailMap(partition + text(request.exclusiveStartKey(), Item.SK), false)
        : all;
  }

  /** Every item, by its keys with a NUL between. */
  synchronized Map<String, Map<String, AttributeValue>> copy() {
    return Map.copyOf(items);
  }

  /** How many items all queries read. */
  public synchronized long itemsRead() {
    return itemsRead;
  }

  @Override
  public synchronized TransactWriteItemsResponse transactWriteItems(
      TransactWriteItemsRequest request) {
    List<TransactWriteItem> writes = request.transactItems();
    if (writes.size() > MAX_TRANSACTION_ITEMS) {
      throw new IllegalArgumentException(writes.size() + " items in one transaction");
    }
    if (writes.stream()
            .map(InMemoryDynamoDb::write)
            .map(write -> place(write.key()))
            .distinct()
            .count()
        != writes.size()) {
      throw new IllegalArgumentException("a transaction writes one item twice");
    }
    List<CancellationReason> reasons = new ArrayList<>();
    for (TransactWriteItem item : writes) {
      requireAllUsed(write(item), item.update() == null ? "" : item.update().updateExpression());
      boolean holds = holds(write(item));
      CancellationReason.Builder reason =
          CancellationReason.builder().code(holds ? "None" : "ConditionalCheckFailed");
      reasons.add((holds ? reason : reason.item(found(write(item), told(item)))).build());
    }
    if (reasons.stream().anyMatch(reason -> !reason.code().equals("None"))) {
      throw TransactionCanceledException.builder().cancellationReasons(reasons).build();
    }
    writes.forEach(this::carryOut);
    return TransactWriteItemsResponse.builder().build();
  }

  private void carryOut(TransactWriteItem item) {
    if (item.put() != null) {
      items.put(place(item.put().item()), item.put().item());
    }
    if (item.update() != null) {
      apply(write(item), item.update().updateExpression());
    }
    if (item.delete() != null) {
      items.remove(place(item.delete().key()));
    }
  }

  private static Write write(TransactWriteItem item) {
    if (item.put() != null) {
      return new Write(
          item.put().item(),
          item.put().conditionExpression(),
          item.put().expressionAttributeNames(),
          item.put().expressionAttributeValues());
    }
    if (item.update() != null) {
      return new Write(
          item.update().key(),
          item.update().conditionExpression(),
          item.update().expressionAttributeNames(),
          item.update().expressionAttributeValues());
    }
    if (item.delete() != null) {
      return new Write(
          item.delete().key(),
          item.delete().conditionExpression(),
          item.delete().expressionAttributeNames(),
          item.delete().expressionAttributeValues());
    }
    return new Write(
        item.conditionCheck().key(),
        item.conditionCheck().conditionExpression(),
        item.conditionCheck().expressionAttributeNames(),
        item.conditionCheck().expressionAttributeValues());
  }

  private Map<String, AttributeValue> apply(Write write, String updateExpression) {
    Map<String, AttributeValue> item =
        new HashMap<>(items.getOrDefault(place(write.key()), write.key()));
    new Expression(updateExpression, write.names(), write.values(), item).update();
    items.put(place(write.key()), item);
    return item;
  }

  private void requireCondition(Write write, @Nullable ReturnValuesOnConditionCheckFailure told) {
    if (!holds(write)) {
      throw ConditionalCheckFailedException.builder()
          .message(write.condition())
          .item(found(write, told))
          .build();
    }
  }

  /** The item that a condition did not hold for, for who asks for it. */
  private Map<String, AttributeValue> found(
      Write write, @Nullable ReturnValuesOnConditionCheckFailure told) {
    return told == ReturnValuesOnConditionCheckFailure.ALL_OLD
        ? items.getOrDefault(place(write.key()), Map.of())
        : Map.of();
  }

  private static @Nullable ReturnValuesOnConditionCheckFailure told(TransactWriteItem item) {
    if (item.put() != null) {
      return item.put().returnValuesOnConditionCheckFailure();
    }
    if (item.update() != null) {
      return item.update().returnValuesOnConditionCheckFailure();
    }
    return item.delete() != null
        ? item.delete().returnValuesOnConditionCheckFailure()
        : item.conditionCheck().returnValuesOnConditionCheckFailure();
  }

  /** DynamoDB refuses names and values that no expression uses. */
  private static void requireAllUsed(Write write, String updateExpression) {
    String all = " " + write.condition() + " " + updateExpression + " ";
    for (String placeholder : write.names().keySet()) {
      requireUsed(all, placeholder);
    }
    for (String placeholder : write.values().keySet()) {
      requireUsed(all, placeholder);
    }
  }

  private static void requireUsed(String expressions, String placeholder) {
    int at = expressions.indexOf(placeholder);
    while (at >= 0) {
      char next = expressions.charAt(at + placeholder.length());
      if (next != '_' && !Character.isLetterOrDigit(next)) {
        return;
      }
      at = expressions.indexOf(placeholder, at + 1);
    }
    throw new IllegalArgumentException(placeholder + " is not used in" + expressions);
  }

  private boolean holds(Write write) {
    if (write.condition() == null) {
      return true;
    }
    Map<String, AttributeValue> item = items.getOrDefault(place(write.key()), Map.of());
    return new Expression(write.condition(), write.names(), write.values(), item).condition();
  }

  private static String place(Map<String, AttributeValue> item) {
    return text(item, Item.PK) + "\0" + text(item, Item.SK);
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no " + name + " in " + item);
    }
    return value.s();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  /** A write of an item, with its condition; {@code condition} is null when there is none. */
  private record Write(
      Map<String, AttributeValue> key,
      @Nullable String condition,
      Map<String, String> names,
      Map<String, AttributeValue> values) {}
}
