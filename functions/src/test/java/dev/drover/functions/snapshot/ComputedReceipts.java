package dev.drover.functions.snapshot;

import dev.drover.functions.state.ItemSize;
import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.ObjectKeys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;
import software.amazon.awssdk.services.dynamodb.paginators.QueryIterable;

/**
 * A table that has as many receipts as a disk has extents and holds none of them: each is computed
 * when it is read. All other items are those of another table.
 */
final class ComputedReceipts implements DynamoDbClient {
  private static final String RECEIPTS = "RECEIPT#";
  private static final String BLOCKS = "BLOCKS#";

  /** {@code RECEIPT#run#disk#epoch#group}. */
  private static final int GROUP_PART = 4;

  private static final int EXTENT_DIGITS = 7;
  private static final int GROUP_EXTENTS = 1000;
  private static final long PAGE_BYTES = 1 << 20;

  /** Of every extent. */
  static final List<Digest> DIGESTS = digests();

  private static final SdkBytes DIGEST_BYTES = digestBytes();
  private static final SdkBytes WRITTEN = SdkBytes.fromByteArray(written().toBytes());

  private final DynamoDbClient others;
  private final VirtualTime time;
  private final int extentCount;
  private int applied;

  ComputedReceipts(DynamoDbClient others, VirtualTime time, int extentCount) {
    this.others = others;
    this.time = time;
    this.extentCount = extentCount;
  }

  /** From now on the first so many extents are applied. */
  void apply(int count) {
    applied = count;
  }

  /** The digest of an extent's segment. */
  static Digest segment(int extent) {
    byte[] bytes = new byte[Digest.BYTES];
    ByteBuffer.wrap(bytes).putInt(extent).putInt(~extent);
    return Digest.ofBytes(bytes);
  }

  @Override
  public GetItemResponse getItem(GetItemRequest request) {
    time.readTable(1);
    return others.getItem(request);
  }

  @Override
  public PutItemResponse putItem(PutItemRequest request) {
    time.readTable(1);
    return others.putItem(request);
  }

  @Override
  public UpdateItemResponse updateItem(UpdateItemRequest request) {
    time.readTable(1);
    return others.updateItem(request);
  }

  @Override
  public QueryIterable queryPaginator(QueryRequest request) {
    return new QueryIterable(this, request);
  }

  @Override
  public QueryResponse query(QueryRequest request) {
    String pk = text(request.expressionAttributeValues(), ":pk");
    if (!pk.startsWith(RECEIPTS) && !pk.startsWith(BLOCKS)) {
      time.readTable(1);
      return others.query(request);
    }
    String[] parts = pk.split("#", -1);
    boolean grouped = parts.length > GROUP_PART;
    int group = grouped ? Integer.parseInt(parts[GROUP_PART]) : 0;
    int end = grouped ? Math.min((group + 1) * GROUP_EXTENTS, applied) : applied;
    Map<String, AttributeValue> after = request.exclusiveStartKey();
    int extent =
        after == null || after.isEmpty()
            ? group * GROUP_EXTENTS
            : Integer.parseInt(text(after, "sk").substring(0, EXTENT_DIGITS)) + 1;
    List<Map<String, AttributeValue>> page = new ArrayList<>();
    long bytes = 0;
    while (extent < Math.min(end, extentCount) && bytes < PAGE_BYTES) {
      Map<String, AttributeValue> item = item(pk, extent, grouped);
      bytes += ItemSize.bytes(item);
      page.add(item);
      extent++;
    }
    time.readTable(ItemSize.readUnits(bytes));
    QueryResponse.Builder response = QueryResponse.builder().items(page);
    if (extent < end) {
      Map<String, AttributeValue> last = page.getLast();
      response.lastEvaluatedKey(Map.of("pk", last.get("pk"), "sk", last.get("sk")));
    }
    return response.build();
  }

  private static String text(Map<String, AttributeValue> values, String name) {
    AttributeValue value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no " + name + " in " + values);
    }
    return value.s();
  }

  private static Map<String, AttributeValue> item(String pk, int extent, boolean grouped) {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("pk", AttributeValue.fromS(pk));
    String sk = ObjectKeys.extentText(extent);
    if (pk.startsWith(BLOCKS)) {
      item.put("sk", AttributeValue.fromS(sk + "#" + segment(extent).hex()));
    } else {
      item.put("sk", AttributeValue.fromS(sk));
      item.put("status", AttributeValue.fromS("applied"));
      item.put("generation", AttributeValue.fromS("20261123T140000250Z-0123456789abcdef"));
      item.put("base", AttributeValue.fromS("none"));
    }
    item.put(
        "segmentDigest", AttributeValue.fromB(SdkBytes.fromByteArray(segment(extent).toBytes())));
    item.put("ttl", AttributeValue.fromN("1800626400"));
    if (pk.startsWith(BLOCKS) || !grouped) {
      item.put("written", AttributeValue.fromB(WRITTEN));
      item.put("digests", AttributeValue.fromB(DIGEST_BYTES));
    }
    return item;
  }

  private static List<Digest> digests() {
    List<Digest> digests = new ArrayList<>();
    for (int block = 0; block < DiskGeometry.BLOCKS_PER_EXTENT; block++) {
      digests.add(Digest.ofText("block " + block));
    }
    return List.copyOf(digests);
  }

  private static SdkBytes digestBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(DIGESTS.size() * Digest.BYTES);
    DIGESTS.forEach(digest -> digest.writeTo(bytes));
    return SdkBytes.fromByteArray(bytes.array());
  }

  private static BlockBitmap written() {
    BlockBitmap all = BlockBitmap.EMPTY;
    for (int block = 0; block < DiskGeometry.BLOCKS_PER_EXTENT; block++) {
      all = all.with(block);
    }
    return all;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
