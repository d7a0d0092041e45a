package dev.drover.functions.state;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How DynamoDB measures items, and what it counts for them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html">
 *     item sizes and capacity units</a>
 */
public final class ItemSize {
  /** A strongly consistent read unit. */
  private static final int READ_UNIT_BYTES = 4096;

  private static final int WRITE_UNIT_BYTES = 1024;
  private static final int LIST_OR_MAP_BYTES = 3;
  private static final int MAX_NUMBER_BYTES = 21;

  private ItemSize() {}

  /** Bytes of an item: its names and its values. */
  public static long bytes(Map<String, AttributeValue> item) {
    long bytes = 0;
    for (Map.Entry<String, AttributeValue> attribute : item.entrySet()) {
      bytes += textBytes(attribute.getKey()) + bytes(attribute.getValue());
    }
    return bytes;
  }

  /** Read units of so many bytes in one strongly consistent request. */
  public static long readUnits(long bytes) {
    return Math.max(1, Math.ceilDiv(bytes, READ_UNIT_BYTES));
  }

  /** Write units of an item of so many bytes; a transaction takes twice as many. */
  public static long writeUnits(long bytes) {
    return Math.max(1, Math.ceilDiv(bytes, WRITE_UNIT_BYTES));
  }

  private static long bytes(AttributeValue value) {
    return switch (value.type()) {
      case S -> textBytes(value.s());
      case N -> Math.min(MAX_NUMBER_BYTES, Math.ceilDiv(value.n().length(), 2) + 1);
      case B -> value.b().asByteArrayUnsafe().length;
      case BOOL, NUL -> 1;
      case SS -> value.ss().stream().mapToLong(ItemSize::textBytes).sum();
      case L -> LIST_OR_MAP_BYTES + value.l().stream().mapToLong(each -> 1 + bytes(each)).sum();
      case M -> LIST_OR_MAP_BYTES + value.m().size() + bytes(value.m());
      case BS, NS, UNKNOWN_TO_SDK_VERSION -> throw new AssertionError(value);
    };
  }

  /** What we store is ASCII but for names that people gave. */
  private static long textBytes(String text) {
    return text.length();
  }
}
