package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.SnapshotBlocks;
import dev.drover.functions.account.SnapshotNotWritableException;
import dev.drover.functions.account.TransientException;
import dev.drover.protocol.Digest;
import dev.drover.protocol.SnapshotId;
import java.io.ByteArrayInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.ChecksumAggregationMethod;
import software.amazon.awssdk.services.ebs.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.ebs.model.CompleteSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ebs.model.ValidationException;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;

/** {@link SnapshotBlocks} over EBS. */
public final class EbsBlocks implements SnapshotBlocks {
  private static final String OCTETS = "application/octet-stream";

  private final EbsClient ebs;

  public EbsBlocks(EbsClient ebs) {
    this.ebs = ebs;
  }

  @Override
  public void put(SnapshotId snapshotId, int block, Digest digest, byte[] data) {
    // A content provider, because fromBytes would copy each block once more.
    RequestBody body =
        RequestBody.fromContentProvider(() -> new ByteArrayInputStream(data), data.length, OCTETS);
    translated(
        () ->
            writing(
                snapshotId,
                () ->
                    ebs.putSnapshotBlock(
                        put ->
                            put.snapshotId(snapshotId.value())
                                .blockIndex(block)
                                .dataLength(data.length)
                                .checksum(digest.base64())
                                .checksumAlgorithm(ChecksumAlgorithm.SHA256),
                        body)));
  }

  @Override
  public void complete(SnapshotId snapshotId, long blocksWritten, Digest linear) {
    CompleteSnapshotRequest.Builder request =
        CompleteSnapshotRequest.builder()
            .snapshotId(snapshotId.value())
            .changedBlocksCount(Math.toIntExact(blocksWritten));
    // The API says nothing of a checksum over no block, so none is sent: nothing was put that could
    // be wrong, and the count of 0 is checked.
    if (blocksWritten > 0) {
      request
          .checksum(linear.base64())
          .checksumAlgorithm(ChecksumAlgorithm.SHA256)
          .checksumAggregationMethod(ChecksumAggregationMethod.LINEAR);
    }
    translated(() -> writing(snapshotId, () -> ebs.completeSnapshot(request.build())));
  }

  private static void writing(SnapshotId snapshotId, Runnable call) {
    try {
      call.run();
    } catch (ResourceNotFoundException e) {
      throw new SnapshotNotWritableException(snapshotId, e);
    } catch (ValidationException e) {
      if (e.reason() == ValidationExceptionReason.CONFLICTING_BLOCK_UPDATE) {
        throw new TransientException("snapshot " + snapshotId + ": " + e.getMessage(), e);
      }
      if (e.reason() == ValidationExceptionReason.INVALID_SNAPSHOT_ID) {
        throw new SnapshotNotWritableException(snapshotId, e);
      }
      throw e;
    }
  }
}
