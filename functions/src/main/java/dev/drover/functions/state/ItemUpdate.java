package dev.drover.functions.state;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.Update;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * A change of one item: what is set, removed or added, and the condition under which. A deletion or
 * a put has only the condition. Where that does not hold DynamoDB tells the item as it is.
 *
 * <p>Attribute names go in as placeholders ({@code #name}), because {@code state}, {@code type} and
 * other good words are reserved in DynamoDB. A condition is written with the same placeholders:
 * {@code update.onlyIf("#state = :from").value(":from", "PENDING")}.
 */
final class ItemUpdate {
  private static final String ITEM_VERSION = "#itemVersion";
  private static final String READABLE = ":readableItemVersion";

  private final Map<String, AttributeValue> key;
  private final List<String> sets = new ArrayList<>();
  private final List<String> removes = new ArrayList<>();
  private final List<String> adds = new ArrayList<>();
  private final List<String> conditions = new ArrayList<>();
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, AttributeValue> values = new HashMap<>();

  private ItemUpdate(Map<String, AttributeValue> key) {
    this.key = key;
  }

  /** A change of the item with this key. Without a condition it creates a missing item. */
  static ItemUpdate of(String pk, String sk) {
    return new ItemUpdate(Item.key(pk, sk));
  }

  /**
   * The item becomes that one: what it leaves out is removed, and what it says nothing of stays,
   * such as an attribute of a later release. Unlike a put, which takes that away.
   */
  static ItemUpdate to(Item item) {
    ItemUpdate update = of(item.text(Item.PK), item.text(Item.SK));
    item.withoutKey().forEach(update::setValue);
    item.leftOut().forEach(update::remove);
    return update;
  }

  /** Sets a text; null removes the attribute. */
  ItemUpdate set(String name, @Nullable String value) {
    return setValue(name, value == null ? null : AttributeValue.fromS(value));
  }

  /** Sets a number; null removes the attribute. */
  ItemUpdate set(String name, @Nullable Long value) {
    return setValue(name, value == null ? null : AttributeValue.fromN(value.toString()));
  }

  /** Sets a number; null removes the attribute. */
  ItemUpdate set(String name, @Nullable Integer value) {
    return setValue(name, value == null ? null : AttributeValue.fromN(value.toString()));
  }

  /** Sets a truth value; null removes the attribute. */
  ItemUpdate set(String name, @Nullable Boolean value) {
    return setValue(name, value == null ? null : AttributeValue.fromBool(value));
  }

  /** Sets a time in epoch milliseconds; null removes the attribute. */
  ItemUpdate set(String name, @Nullable Instant value) {
    return set(name, value == null ? null : (Long) value.toEpochMilli());
  }

  /** Sets any value; null removes the attribute. */
  ItemUpdate setValue(String name, @Nullable AttributeValue value) {
    if (value == null) {
      return remove(name);
    }
    sets.add(placeholder(name) + " = :set_" + name);
    values.put(":set_" + name, value);
    return this;
  }

  /** Sets an attribute only where it is absent so far. */
  ItemUpdate setIfAbsent(String name, Instant value) {
    String placeholder = placeholder(name);
    sets.add(placeholder + " = if_not_exists(" + placeholder + ", :set_" + name + ")");
    values.put(":set_" + name, AttributeValue.fromN(Long.toString(value.toEpochMilli())));
    return this;
  }

  /** Removes an attribute. */
  ItemUpdate remove(String name) {
    removes.add(placeholder(name));
    return this;
  }

  /** Adds to a number; an absent one counts as 0. */
  ItemUpdate add(String name, long value) {
    adds.add(placeholder(name) + " :add_" + name);
    values.put(":add_" + name, AttributeValue.fromN(Long.toString(value)));
    return this;
  }

  /** Asks that a condition holds; several are joined by AND. Names of one word: {@code #state}. */
  ItemUpdate onlyIf(String condition, String... conditionNames) {
    conditions.add("(" + condition + ")");
    for (String name : conditionNames) {
      placeholder(name);
    }
    return this;
  }

  /** Asks that the item exists. */
  ItemUpdate onlyIfExists() {
    return onlyIf("attribute_exists(pk)");
  }

  /**
   * Sets the item's version. The placeholders begin as no other name does.
   *
   * @param keep whether one that it has stays
   */
  ItemUpdate setVersion(String name, int version, boolean keep) {
    sets.add(
        keep
            ? ITEM_VERSION + " = if_not_exists(" + ITEM_VERSION + ", :setItemVersion)"
            : ITEM_VERSION + " = :setItemVersion");
    names.put(ITEM_VERSION, name);
    values.put(":setItemVersion", AttributeValue.fromN(Integer.toString(version)));
    return this;
  }

  /**
   * Asks that the item has no later version; one without has the first, one that is missing none.
   */
  ItemUpdate onlyIfVersionAtMost(String name, int readable) {
    conditions.add(versionAtMost());
    names.put(ITEM_VERSION, name);
    values.put(READABLE, AttributeValue.fromN(Integer.toString(readable)));
    return this;
  }

  private static String versionAtMost() {
    return "(attribute_not_exists("
        + ITEM_VERSION
        + ") OR "
        + ITEM_VERSION
        + " <= "
        + READABLE
        + ")";
  }

  /** Gives a value to the condition. */
  ItemUpdate value(String placeholder, String value) {
    values.put(placeholder, AttributeValue.fromS(value));
    return this;
  }

  /** Gives a value to the condition. */
  ItemUpdate value(String placeholder, boolean value) {
    values.put(placeholder, AttributeValue.fromBool(value));
    return this;
  }

  /** Gives a value to the condition. */
  ItemUpdate value(String placeholder, long value) {
    values.put(placeholder, AttributeValue.fromN(Long.toString(value)));
    return this;
  }

  /** Gives bytes to the condition. */
  ItemUpdate bytes(String placeholder, byte[] value) {
    values.put(placeholder, AttributeValue.fromB(SdkBytes.fromByteArray(value)));
    return this;
  }

  DeleteItemRequest deleteRequest(String table) {
    return DeleteItemRequest.builder()
        .tableName(table)
        .key(key)
        .conditionExpression(condition())
        .expressionAttributeNames(names)
        .expressionAttributeValues(values)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
        .build();
  }

  PutItemRequest putRequest(String table, Item item) {
    return PutItemRequest.builder()
        .tableName(table)
        .item(item.attributes())
        .conditionExpression(condition())
        .expressionAttributeNames(names)
        .expressionAttributeValues(values)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
        .build();
  }

  Put transactPut(String table, Item item) {
    return Put.builder()
        .tableName(table)
        .item(item.attributes())
        .conditionExpression(condition())
        .expressionAttributeNames(names)
        .expressionAttributeValues(values)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
        .build();
  }

  UpdateItemRequest request(String table) {
    return builder(table).build();
  }

  UpdateItemRequest returningRequest(String table) {
    return builder(table).returnValues(ReturnValue.ALL_NEW).build();
  }

  Update transactUpdate(String table) {
    Update.Builder update =
        Update.builder()
            .tableName(table)
            .key(key)
            .updateExpression(updateExpression())
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
    if (!conditions.isEmpty()) {
      update.conditionExpression(condition());
    }
    if (!names.isEmpty()) {
      update.expressionAttributeNames(names);
    }
    if (!values.isEmpty()) {
      update.expressionAttributeValues(values);
    }
    return update.build();
  }

  ConditionCheck transactCheck(String table) {
    return ConditionCheck.builder()
        .tableName(table)
        .key(key)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
        .conditionExpression(condition())
        .expressionAttributeNames(names)
        .expressionAttributeValues(values)
        .build();
  }

  Delete transactDelete(String table) {
    return Delete.builder()
        .tableName(table)
        .key(key)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
        .conditionExpression(condition())
        .expressionAttributeNames(names)
        .expressionAttributeValues(values)
        .build();
  }

  private UpdateItemRequest.Builder builder(String table) {
    Update update = transactUpdate(table);
    UpdateItemRequest.Builder request =
        UpdateItemRequest.builder()
            .tableName(table)
            .key(key)
            .updateExpression(update.updateExpression())
            .conditionExpression(update.conditionExpression())
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
    if (!names.isEmpty()) {
      request.expressionAttributeNames(names);
    }
    if (!values.isEmpty()) {
      request.expressionAttributeValues(values);
    }
    return request;
  }

  private String updateExpression() {
    StringBuilder expression = new StringBuilder();
    append(expression, "SET ", sets);
    append(expression, "REMOVE ", removes);
    append(expression, "ADD ", adds);
    return expression.toString().strip();
  }

  private String placeholder(String name) {
    names.put("#" + name, name);
    return "#" + name;
  }

  private static void append(StringBuilder expression, String verb, List<String> clauses) {
    if (!clauses.isEmpty()) {
      expression.append(verb).append(String.join(", ", clauses)).append(' ');
    }
  }

  private String condition() {
    return String.join(" AND ", conditions);
  }
}
