package dev.drover.functions.state;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The attributes of one table item, by name. The one adapter between DynamoDB's values, which may
 * be absent or of another type, and our records, which may not.
 */
final class Item {
  /** Partition key of every item. */
  static final String PK = "pk";

  /** Sort key of every item. */
  static final String SK = "sk";

  private final Map<String, AttributeValue> attributes;
  private final Set<String> leftOut = new HashSet<>();

  private Item(Map<String, AttributeValue> attributes) {
    this.attributes = attributes;
  }

  /** An item with its key, to be filled by {@code with…}. */
  static Item of(String pk, String sk) {
    return new Item(new HashMap<>()).with(PK, pk).with(SK, sk);
  }

  /** The key of an item as DynamoDB takes it. */
  static Map<String, AttributeValue> key(String pk, String sk) {
    return Map.of(PK, AttributeValue.fromS(pk), SK, AttributeValue.fromS(sk));
  }

  /** An item as the table gave it. */
  static Item read(Map<String, AttributeValue> attributes) {
    return new Item(new HashMap<>(attributes));
  }

  /** The attributes as DynamoDB takes them. */
  Map<String, AttributeValue> attributes() {
    return Map.copyOf(attributes);
  }

  /** What was set to nothing. */
  Set<String> leftOut() {
    return Set.copyOf(leftOut);
  }

  /** The attributes but for the key. */
  Map<String, AttributeValue> withoutKey() {
    Map<String, AttributeValue> rest = new HashMap<>(attributes);
    rest.keySet().removeAll(Set.of(PK, SK));
    return rest;
  }

  /** Sets a text; null leaves it out. */
  Item with(String name, @Nullable String value) {
    return put(name, value == null ? null : AttributeValue.fromS(value));
  }

  /** Sets a number; null leaves it out. */
  Item with(String name, @Nullable Long value) {
    return put(name, value == null ? null : AttributeValue.fromN(value.toString()));
  }

  /** Sets a number; null leaves it out. */
  Item with(String name, @Nullable Integer value) {
    return put(name, value == null ? null : AttributeValue.fromN(value.toString()));
  }

  /** Sets a truth value; null leaves it out. */
  Item with(String name, @Nullable Boolean value) {
    return put(name, value == null ? null : AttributeValue.fromBool(value));
  }

  /** Sets a time in epoch milliseconds; null leaves it out. */
  Item with(String name, @Nullable Instant value) {
    return with(name, value == null ? null : (Long) value.toEpochMilli());
  }

  /** Sets bytes. */
  Item with(String name, byte[] value) {
    return put(name, AttributeValue.fromB(SdkBytes.fromByteArray(value)));
  }

  /** Sets a set of texts; DynamoDB has no empty ones, so an empty one is left out. */
  Item withTextSet(String name, Set<String> values) {
    return put(name, values.isEmpty() ? null : AttributeValue.fromSs(List.copyOf(values)));
  }

  /** Sets a list of maps. */
  Item withItems(String name, List<Item> values) {
    return put(
        name,
        AttributeValue.fromL(
            values.stream().map(value -> AttributeValue.fromM(value.attributes())).toList()));
  }

  /** Sets a list of texts; an empty one is left out. */
  Item withTexts(String name, List<String> values) {
    return put(name, values.isEmpty() ? null : texts(values));
  }

  /** A list of texts as DynamoDB takes it. */
  static AttributeValue texts(List<String> values) {
    return AttributeValue.fromL(values.stream().map(AttributeValue::fromS).toList());
  }

  /** A map inside an item: it has no key. */
  static Item nested() {
    return new Item(new HashMap<>());
  }

  /** A text that must be there. */
  String text(String name) {
    return present(name, findText(name));
  }

  /** A text that may be there. */
  Optional<String> findText(String name) {
    return find(name).map(AttributeValue::s);
  }

  /** A number that must be there. */
  long number(String name) {
    return present(name, findNumber(name));
  }

  /** A number that must be there and fits an int. */
  int count(String name) {
    return Math.toIntExact(number(name));
  }

  /** A number that may be there. */
  Optional<Long> findNumber(String name) {
    return find(name).map(AttributeValue::n).map(Long::valueOf);
  }

  /** A truth value; absent means no. */
  boolean flag(String name) {
    return find(name).map(AttributeValue::bool).orElse(false);
  }

  /** A truth value that may be there. */
  Optional<Boolean> findFlag(String name) {
    return find(name).map(AttributeValue::bool);
  }

  /** A time that must be there. */
  Instant time(String name) {
    return Instant.ofEpochMilli(number(name));
  }

  /** A time that may be there. */
  Optional<Instant> findTime(String name) {
    return findNumber(name).map(Instant::ofEpochMilli);
  }

  /** Bytes that may be there. */
  Optional<byte[]> findBytes(String name) {
    return find(name).map(AttributeValue::b).map(SdkBytes::asByteArray);
  }

  /** A list of texts; absent means none. */
  List<String> texts(String name) {
    return find(name)
        .filter(AttributeValue::hasL)
        .map(value -> value.l().stream().map(AttributeValue::s).toList())
        .orElse(List.of());
  }

  /** A set of texts; absent means none. */
  Set<String> textSet(String name) {
    return find(name)
        .filter(AttributeValue::hasSs)
        .map(value -> Set.copyOf(value.ss()))
        .orElse(Set.of());
  }

  /** A list of maps; absent means none. */
  List<Item> items(String name) {
    return find(name)
        .filter(AttributeValue::hasL)
        .map(value -> value.l().stream().map(entry -> read(entry.m())).toList())
        .orElse(List.of());
  }

  /** A map that must be there. */
  Item map(String name) {
    return read(present(name, find(name)).m());
  }

  private Item put(String name, @Nullable AttributeValue value) {
    if (value == null) {
      leftOut.add(name);
    } else {
      attributes.put(name, value);
    }
    return this;
  }

  private Optional<AttributeValue> find(String name) {
    return Optional.ofNullable(attributes.get(name));
  }

  private <T> T present(String name, Optional<T> value) {
    return value.orElseThrow(
        () ->
            new IllegalStateException(
                "the table's item "
                    + attributes.get(PK)
                    + " / "
                    + attributes.get(SK)
                    + " has no "
                    + name));
  }
}
