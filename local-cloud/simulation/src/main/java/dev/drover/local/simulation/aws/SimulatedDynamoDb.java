package dev.drover.local.simulation.aws;

import dev.drover.functions.state.InMemoryDynamoDb;
import dev.drover.local.simulation.kernel.Line;
import java.util.Map;
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
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** A process's client of the table; each call happens at one instant of the table. */
final class SimulatedDynamoDb implements DynamoDbClient {
  private static final String SERVICE = "dynamodb";

  private final InMemoryDynamoDb table;
  private final Line line;

  SimulatedDynamoDb(InMemoryDynamoDb table, Line line) {
    this.table = table;
    this.line = line;
  }

  @Override
  public GetItemResponse getItem(GetItemRequest request) {
    return line.call(SERVICE, "GetItem", key(request.key()), () -> table.getItem(request));
  }

  @Override
  public PutItemResponse putItem(PutItemRequest request) {
    return line.call(SERVICE, "PutItem", key(request.item()), () -> table.putItem(request));
  }

  @Override
  public UpdateItemResponse updateItem(UpdateItemRequest request) {
    return line.call(SERVICE, "UpdateItem", key(request.key()), () -> table.updateItem(request));
  }

  @Override
  public DeleteItemResponse deleteItem(DeleteItemRequest request) {
    return line.call(SERVICE, "DeleteItem", key(request.key()), () -> table.deleteItem(request));
  }

  @Override
  public QueryResponse query(QueryRequest request) {
    AttributeValue partition = request.expressionAttributeValues().get(":pk");
    return line.call(
        SERVICE, "Query", partition == null ? "" : partition.s(), () -> table.query(request));
  }

  @Override
  public TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest request) {
    return line.call(
        SERVICE,
        "TransactWriteItems",
        request.transactItems().size() + " items",
        () -> table.transactWriteItems(request));
  }

  private static String key(Map<String, AttributeValue> item) {
    AttributeValue pk = item.get("pk");
    AttributeValue sk = item.get("sk");
    return (pk == null ? "" : pk.s()) + " " + (sk == null ? "" : sk.s());
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
