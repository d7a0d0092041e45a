package dev.drover.functions.aws;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.ConflictException;
import software.amazon.awssdk.services.ebs.model.EbsException;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.StartSnapshotResponse;

/** Pending snapshots by id, with the requests that started them; as strict about tokens as EBS. */
final class FakeEbs implements EbsClient {
  static final String DEFAULT_KEY = "arn:aws:kms:us-east-1:000000000000:key/default";

  final Map<String, StartSnapshotRequest> pending = new LinkedHashMap<>();
  private final Map<String, String> byToken = new HashMap<>();
  private int count;

  /** Thrown by every start; null: none is. */
  @Nullable EbsException failure;

  /** The key that EBS takes whatever it is asked for; null: the one that it is asked for. */
  @Nullable String keyInstead;

  /** The key of every parent; null: none is encrypted. */
  @Nullable String keyOfParents;

  @Override
  public StartSnapshotResponse startSnapshot(StartSnapshotRequest request) {
    EbsException thrown = failure;
    if (thrown != null) {
      throw thrown;
    }
    String id = byToken.get(request.clientToken());
    if (id == null) {
      id = "snap-%017x".formatted(++count);
      byToken.put(request.clientToken(), id);
      pending.put(id, request);
    } else if (!request.equals(pending.get(id))) {
      throw ConflictException.builder().message("the token is used").build();
    }
    return StartSnapshotResponse.builder().snapshotId(id).kmsKeyArn(key(request)).build();
  }

  private @Nullable String key(StartSnapshotRequest request) {
    if (keyInstead != null) {
      return keyInstead;
    }
    String wanted = request.kmsKeyArn() == null ? DEFAULT_KEY : request.kmsKeyArn();
    return Boolean.TRUE.equals(request.encrypted()) ? wanted : keyOfParents(request);
  }

  private @Nullable String keyOfParents(StartSnapshotRequest request) {
    return request.parentSnapshotId() == null ? null : keyOfParents;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
