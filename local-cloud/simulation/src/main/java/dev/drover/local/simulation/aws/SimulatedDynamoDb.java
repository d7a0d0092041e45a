package dev.drover.local.simulation.aws;

import dev.drover.functions.state.InMemoryDynamoDb;
import dev.drover.functions.state.ItemSize;
import dev.drover.local.simulation.kernel.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * A process's client of the table; each call happens at one instant of the table, if its partition
 * and the transactions of others let it.
 */
final class SimulatedDynamoDb implements DynamoDbClient {
  private static final String SERVICE = "dynamodb";
  private static final String PK = "pk";
  private static final String SK = "sk";

  /** A transaction counts each item twice. */
  private static final int TRANSACTION_TIMES = 2;

  private final InMemoryDynamoDb table;
  private final TableCapacity capacity;
  private final Line line;
  private final Meter meter;
  private final TimeToLive timeToLive;
  private final Consumer<String> writes;

  /**
   * The client.
   *
   * @param writes hears the partition of each item that is written, up to its first {@code #}
   */
  SimulatedDynamoDb(
      InMemoryDynamoDb table,
      TableCapacity capacity,
      Line line,
      Meter meter,
      TimeToLive timeToLive,
      Consumer<String> writes) {
    this.table = table;
    this.capacity = capacity;
    this.line = line;
    this.meter = meter;
    this.timeToLive = timeToLive;
    this.writes = writes;
  }

  @Override
  public GetItemResponse getItem(GetItemRequest request) {
    return line.call(
        SERVICE,
        "GetItem",
        place(request.key()),
        () -> {
          String pk = text(request.key(), PK);
          capacity.admitRead(pk);
          GetItemResponse found = table.getItem(request);
          read(pk, ItemSize.bytes(found.item()));
          return found;
        });
  }

  /** What a partition has no room for is left undone; if that is all, the call is refused. */
  @Override
  public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
    Map.Entry<String, KeysAndAttributes> of = request.requestItems().entrySet().iterator().next();
    String name = of.getKey();
    List<Map<String, AttributeValue>> keys = of.getValue().keys();
    return line.call(
        SERVICE,
        "BatchGetItem",
        keys.size() + " items",
        () -> {
          List<Map<String, AttributeValue>> done = new ArrayList<>();
          List<Map<String, AttributeValue>> undone = new ArrayList<>();
          DynamoDbException refusal = null;
          for (Map<String, AttributeValue> key : keys) {
            try {
              capacity.admitRead(text(key, PK));
              done.add(key);
            } catch (DynamoDbException e) {
              undone.add(key);
              refusal = e;
            }
          }
          if (done.isEmpty() && refusal != null) {
            throw refusal;
          }
          BatchGetItemResponse found =
              table.batchGetItem(
                  BatchGetItemRequest.builder().requestItems(asked(name, done)).build());
          found
              .responses()
              .values()
              .forEach(items -> items.forEach(item -> read(text(item, PK), ItemSize.bytes(item))));
          return found.toBuilder()
              .unprocessedKeys(undone.isEmpty() ? Map.of() : asked(name, undone))
              .build();
        });
  }

  private static Map<String, KeysAndAttributes> asked(
      String name, List<Map<String, AttributeValue>> keys) {
    return Map.of(name, KeysAndAttributes.builder().keys(keys).consistentRead(true).build());
  }

  @Override
  public PutItemResponse putItem(PutItemRequest request) {
    return line.call(
        SERVICE,
        "PutItem",
        place(request.item()),
        () -> {
          admitWrite(request.item());
          wrote(request.item(), 1);
          writes(request.item());
          return table.putItem(request);
        });
  }

  @Override
  public UpdateItemResponse updateItem(UpdateItemRequest request) {
    return line.call(
        SERVICE,
        "UpdateItem",
        place(request.key()),
        () -> {
          admitWrite(request.key());
          UpdateItemResponse updated = table.updateItem(request);
          wrote(item(request.key()), 1);
          writes(request.key());
          return updated;
        });
  }

  @Override
  public DeleteItemResponse deleteItem(DeleteItemRequest request) {
    return line.call(
        SERVICE,
        "DeleteItem",
        place(request.key()),
        () -> {
          admitWrite(request.key());
          wrote(item(request.key()), 1);
          writes(request.key());
          return table.deleteItem(request);
        });
  }

  @Override
  public QueryResponse query(QueryRequest request) {
    String pk = text(request.expressionAttributeValues(), ":pk");
    return line.call(
        SERVICE,
        "Query",
        pk,
        () -> {
          capacity.admitRead(pk);
          QueryResponse found = table.query(request);
          read(pk, found.items().stream().mapToLong(ItemSize::bytes).sum());
          return found;
        });
  }

  @Override
  public TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest request) {
    return line.call(
        SERVICE,
        "TransactWriteItems",
        request.transactItems().size() + " items",
        () -> {
          List<Map<String, AttributeValue>> keys =
              request.transactItems().stream().map(SimulatedDynamoDb::key).toList();
          List<String> places = keys.stream().map(SimulatedDynamoDb::place).toList();
          keys.forEach(key -> capacity.admitWrite(text(key, PK)));
          capacity.requireFree(places);
          capacity.hold(places);
          TransactWriteItemsResponse written = table.transactWriteItems(request);
          keys.forEach(key -> wrote(item(key), TRANSACTION_TIMES));
          request.transactItems().forEach(this::writes);
          return written;
        });
  }

  private void admitWrite(Map<String, AttributeValue> key) {
    capacity.admitWrite(text(key, PK));
    capacity.requireFree(place(key));
  }

  private void read(String pk, long bytes) {
    long units = ItemSize.readUnits(bytes);
    capacity.read(pk, units);
    meter.read(units);
  }

  private void wrote(Map<String, AttributeValue> item, int times) {
    timeToLive.written(keyOf(item), item);
    long units = times * ItemSize.writeUnits(ItemSize.bytes(item));
    capacity.wrote(text(item, PK), units);
    meter.wrote(units);
  }

  /** The item as it is; its key alone where there is none. */
  private Map<String, AttributeValue> item(Map<String, AttributeValue> key) {
    Map<String, AttributeValue> found =
        table.getItem(GetItemRequest.builder().key(keyOf(key)).build()).item();
    return found.isEmpty() ? key : found;
  }

  private static Map<String, AttributeValue> keyOf(Map<String, AttributeValue> item) {
    return Map.of(PK, value(item, PK), SK, value(item, SK));
  }

  private static Map<String, AttributeValue> key(TransactWriteItem write) {
    if (write.put() != null) {
      return write.put().item();
    }
    if (write.update() != null) {
      return write.update().key();
    }
    return write.delete() != null ? write.delete().key() : write.conditionCheck().key();
  }

  /** A mere condition is no write. */
  private void writes(TransactWriteItem item) {
    if (item.conditionCheck() == null) {
      writes(key(item));
    }
  }

  private void writes(Map<String, AttributeValue> item) {
    writes.accept(text(item, PK).replaceFirst("#.*", "#"));
  }

  private static String place(Map<String, AttributeValue> item) {
    return text(item, PK) + " " + text(item, SK);
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    return value(item, name).s();
  }

  private static AttributeValue value(Map<String, AttributeValue> item, String name) {
    return Objects.requireNonNull(item.get(name), name);
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
