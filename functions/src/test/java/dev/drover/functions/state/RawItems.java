package dev.drover.functions.state;

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

  /** Deletes an item. */
  public void delete(String pk, String sk) {
    dynamoDb.table().delete(pk, sk);
  }
}
