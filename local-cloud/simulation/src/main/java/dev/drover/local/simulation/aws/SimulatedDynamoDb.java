package dev.drover.local.simulation.aws;

import dev.drover.functions.state.InMemoryDynamoDb;
import dev.drover.local.simulation.kernel.Line;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** A process's client of the table; each call happens at one instant of the table. */
final class SimulatedDynamoDb implements DynamoDbClient {
  private static final String SERVICE = "dynamodb";

  /** Of 512 bytes, in a read unit of 4 KiB. */
  private static final int ITEMS_IN_A_READ = 8;

  private final InMemoryDynamoDb table;
  private final Line line;
  private final Meter meter;
  private final Consumer<String> writes;

  /**
   * The client.
   *
   * @param writes hears the partition of each item that is written, up to its first {@code #}
   */
  SimulatedDynamoDb(InMemoryDynamoDb table, Line line, Meter meter, Consumer<String> writes) {
    this.table = table;
    this.line = line;
    this.meter = meter;
    this.writes = writes;
  }

  @Override
  public GetItemResponse getItem(GetItemRequest request) {
    return line.call(
        SERVICE,
        "GetItem",
        key(request.key()),
        () -> {
          meter.read(1);
          return table.getItem(request);
        });
  }

  @Override
  public PutItemResponse putItem(PutItemRequest request) {
    return line.call(
        SERVICE,
        "PutItem",
        key(request.item()),
        () -> {
          meter.wrote(1);
          writes(request.item());
          return table.putItem(request);
        });
  }

  @Override
  public UpdateItemResponse updateItem(UpdateItemRequest request) {
    return line.call(
        SERVICE,
        "UpdateItem",
        key(request.key()),
        () -> {
          meter.wrote(1);
          writes(request.key());
          return table.updateItem(request);
        });
  }

  @Override
  public DeleteItemResponse deleteItem(DeleteItemRequest request) {
    return line.call(
        SERVICE,
        "DeleteItem",
        key(request.key()),
        () -> {
          meter.wrote(1);
          writes(request.key());
          return table.deleteItem(request);
        });
  }

  @Override
  public QueryResponse query(QueryRequest request) {
    AttributeValue partition = request.expressionAttributeValues().get(":pk");
    return line.call(
        SERVICE,
        "Query",
        partition == null ? "" : partition.s(),
        () -> {
          QueryResponse found = table.query(request);
          meter.read(1 + found.items().size() / ITEMS_IN_A_READ);
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
          meter.wrote(2L * request.transactItems().size());
          request.transactItems().forEach(this::writes);
          return table.transactWriteItems(request);
        });
  }

  /** A mere condition is no write. */
  private void writes(TransactWriteItem item) {
    if (item.put() != null) {
      writes(item.put().item());
    } else if (item.update() != null) {
      writes(item.update().key());
    } else if (item.delete() != null) {
      writes(item.delete().key());
    }
  }

  private void writes(Map<String, AttributeValue> item) {
    writes.accept(text(item, "pk").replaceFirst("#.*", "#"));
  }

  private static String key(Map<String, AttributeValue> item) {
    return text(item, "pk") + " " + text(item, "sk");
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null ? "" : value.s();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
