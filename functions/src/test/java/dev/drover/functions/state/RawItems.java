package dev.drover.functions.state;

import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;

/** Items past their gateways: what no code of ours would write, or tells nobody. */
public final class RawItems {
  private final InMemoryDynamoDb dynamoDb;

  /** The items in there. */
  public RawItems(InMemoryDynamoDb dynamoDb) {
    this.dynamoDb = dynamoDb;
  }

  /** Puts an item with one text in it. */
  public void put(String pk, String sk, String name, String value) {
    dynamoDb.putItem(
        put -> put.tableName("drover").item(Item.of(pk, sk).with(name, value).attributes()));
  }

  /** Sets a text of an item. */
  public void set(String pk, String sk, String name, String value) {
    update(ItemUpdate.of(pk, sk).set(name, value));
  }

  /** Sets a number of an item. */
  public void set(String pk, String sk, String name, int value) {
    update(ItemUpdate.of(pk, sk).set(name, value));
  }

  private void update(ItemUpdate update) {
    dynamoDb.table().update(update);
  }

  /** A number of an item. */
  public long number(String pk, String sk, String name) {
    return dynamoDb.table().get(pk, sk).orElseThrow().number(name);
  }

  /** An item as DynamoDB has it, each value with its type: {@code S:text}, {@code N:1}, … */
  public Map<String, String> show(String pk, String sk) {
    Map<String, AttributeValue> item =
        dynamoDb.getItem(GetItemRequest.builder().key(Item.key(pk, sk)).build()).item();
    Map<String, String> shown = new TreeMap<>();
    item.forEach((name, value) -> shown.put(name, show(value)));
    return shown;
  }

  private static String show(AttributeValue value) {
    return switch (value.type()) {
      case S -> "S:" + value.s();
      case N -> "N:" + value.n();
      case BOOL -> "BOOL:" + value.bool();
      case B -> "B:" + HexFormat.of().formatHex(value.b().asByteArray());
      case SS -> "SS:" + value.ss();
      case L -> "L:" + value.l().stream().map(RawItems::show).toList();
      case M -> "M:" + new TreeMap<>(value.m()).values().stream().map(RawItems::show).toList();
      case BS, NS, NUL, UNKNOWN_TO_SDK_VERSION -> throw new AssertionError(value);
    };
  }

  /** Deletes an item. */
  public void delete(String pk, String sk) {
    dynamoDb.table().delete(pk, sk);
  }
}
