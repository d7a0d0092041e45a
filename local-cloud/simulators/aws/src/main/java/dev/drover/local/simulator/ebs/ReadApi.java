package dev.drover.local.simulator.ebs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.local.simulator.ebs.EbsRefusal.ValidationReason;
import dev.drover.local.simulator.http.Request;
import dev.drover.local.simulator.http.Response;
import dev.drover.local.simulator.snapshot.Blocks;
import dev.drover.local.simulator.snapshot.Sha256;
import dev.drover.local.simulator.snapshot.Snapshot;
import dev.drover.local.simulator.snapshot.SnapshotStatus;
import dev.drover.local.simulator.snapshot.SnapshotStore;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** ListSnapshotBlocks, ListChangedBlocks and GetSnapshotBlock, all on completed snapshots only. */
final class ReadApi {
  // https://docs.aws.amazon.com/ebs/latest/APIReference/API_ListSnapshotBlocks.html
  private static final int MIN_RESULTS = 100;
  private static final int MAX_RESULTS = 10_000;

  private final EbsJson json;
  private final SnapshotStore snapshots;
  private final Tokens tokens;

  ReadApi(EbsJson json, SnapshotStore snapshots, Tokens tokens) {
    this.json = json;
    this.snapshots = snapshots;
    this.tokens = tokens;
  }

  Response listSnapshotBlocks(Request request, String snapshotId) throws IOException {
    Snapshot snapshot = completed(snapshotId);
    ObjectNode answer = header(snapshot);
    ArrayNode blocks = answer.putArray("Blocks");
    Page page = page(request, snapshotId);
    int next = snapshot.nextWritten(page.firstIndex());
    while (next >= 0 && blocks.size() < page.maxResults()) {
      blocks
          .addObject()
          .put("BlockIndex", next)
          .put("BlockToken", tokens.forBlock(snapshotId, next));
      next = snapshot.nextWritten(next + 1);
    }
    return page(answer, next, snapshotId);
  }

  Response listChangedBlocks(Request request, String secondId) throws IOException {
    Snapshot second = completed(secondId);
    Optional<Snapshot> first = first(request, second);
    String listing = first.map(Snapshot::id).orElse("none") + " " + secondId;
    ObjectNode answer = header(second);
    ArrayNode blocks = answer.putArray("ChangedBlocks");
    Page page = page(request, listing);
    int next = nextChanged(first, second, page.firstIndex());
    while (next >= 0 && blocks.size() < page.maxResults()) {
      addChanged(blocks.addObject(), first, second, next);
      next = nextChanged(first, second, next + 1);
    }
    return page(answer, next, listing);
  }

  Response getSnapshotBlock(Request request, String snapshotId, String blockIndex)
      throws IOException {
    Snapshot snapshot = completed(snapshotId);
    int index = Headers.number("BlockIndex", blockIndex, 0, snapshot.blockCount() - 1);
    String token = request.query().getOrDefault("blockToken", "");
    Optional<Sha256> digest = snapshot.digest(index);
    if (digest.isEmpty() || !tokens.acceptsBlock(token, snapshotId, index)) {
      throw EbsRefusal.validation(
          ValidationReason.INVALID_BLOCK_TOKEN, "Not a token of block " + index);
    }
    byte[] block = new byte[Blocks.BLOCK_BYTES];
    boolean _ = snapshot.read(index, block);
    Map<String, String> headers =
        Map.of(
            "Content-Type",
            "application/octet-stream",
            Headers.DATA_LENGTH,
            Integer.toString(Blocks.BLOCK_BYTES),
            Headers.CHECKSUM,
            digest.get().base64(),
            Headers.CHECKSUM_ALGORITHM,
            Headers.SHA256);
    return new Response(200, headers, Response.body(block, block.length));
  }

  /** Which part of a listing is asked for. */
  private record Page(int firstIndex, int maxResults) {}

  private Page page(Request request, String listing) {
    int start = Headers.query(request, "startingBlockIndex", 0, Integer.MAX_VALUE - 1).orElse(0);
    int max = Headers.query(request, "maxResults", MIN_RESULTS, MAX_RESULTS).orElse(MAX_RESULTS);
    String token = request.query().get("pageToken");
    if (token == null) {
      return new Page(start, max);
    }
    int resumed =
        tokens
            .page(token, listing)
            .orElseThrow(
                () ->
                    EbsRefusal.validation(
                        ValidationReason.INVALID_PAGE_TOKEN, "Not a token of this listing"));
    return new Page(resumed, max);
  }

  private Response page(ObjectNode answer, int next, String listing) {
    if (next >= 0) {
      answer.put("NextToken", tokens.forPage(listing, next));
    }
    return json.response(200, answer);
  }

  private ObjectNode header(Snapshot snapshot) {
    return json.object()
        .put("ExpiryTime", EbsJson.time(tokens.expiry()))
        .put("VolumeSize", snapshot.volumeSizeGib())
        .put("BlockSize", Blocks.BLOCK_BYTES);
  }

  private Snapshot completed(String snapshotId) {
    Snapshot snapshot =
        snapshots.find(snapshotId).orElseThrow(() -> EbsRefusal.snapshotNotFound(snapshotId));
    if (snapshot.status() != SnapshotStatus.COMPLETED) {
      throw EbsRefusal.validation(
          ValidationReason.INVALID_SNAPSHOT_ID,
          snapshotId + " is not completed but " + snapshot.status().word());
    }
    return snapshot;
  }

  private Optional<Snapshot> first(Request request, Snapshot second) {
    Optional<Snapshot> first =
        Optional.ofNullable(request.query().get("firstSnapshotId")).map(this::completed);
    if (first.isPresent() && root(first.get()) != root(second)) {
      throw EbsRefusal.validation(
          ValidationReason.UNRELATED_SNAPSHOTS,
          first.get().id() + " and " + second.id() + " have no ancestor in common");
    }
    return first;
  }

  private static Snapshot root(Snapshot snapshot) {
    Snapshot root = snapshot;
    while (root.parent().isPresent()) {
      root = root.parent().get();
    }
    return root;
  }

  /** A block that was written again counts as changed, even with the same content. */
  private static int nextChanged(Optional<Snapshot> first, Snapshot second, int from)
      throws IOException {
    if (first.isEmpty()) {
      return second.nextWritten(from);
    }
    int next = nextWrittenInEither(first.get(), second, from);
    while (next >= 0 && first.get().writerOf(next).equals(second.writerOf(next))) {
      next = nextWrittenInEither(first.get(), second, next + 1);
    }
    return next;
  }

  private static int nextWrittenInEither(Snapshot first, Snapshot second, int from)
      throws IOException {
    int inFirst = first.nextWritten(from);
    int inSecond = second.nextWritten(from);
    return inFirst < 0 || inSecond < 0 ? Math.max(inFirst, inSecond) : Math.min(inFirst, inSecond);
  }

  private void addChanged(ObjectNode block, Optional<Snapshot> first, Snapshot second, int index)
      throws IOException {
    block.put("BlockIndex", index);
    if (first.isPresent() && first.get().digest(index).isPresent()) {
      block.put("FirstBlockToken", tokens.forBlock(first.get().id(), index));
    }
    if (second.digest(index).isPresent()) {
      block.put("SecondBlockToken", tokens.forBlock(second.id(), index));
    }
  }
}
