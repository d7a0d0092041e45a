package dev.drover.local.simulation.ebs;

import dev.drover.local.simulation.kernel.Line;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.CompleteSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.CompleteSnapshotResponse;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockRequest;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockResponse;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.StartSnapshotResponse;

/** The SDK's client of the EBS direct APIs, without its own retries. */
final class SimulatedEbsClient implements EbsClient {
  private final Line line;
  private final EbsService service;

  SimulatedEbsClient(Line line, EbsService service) {
    this.line = line;
    this.service = service;
  }

  @Override
  public StartSnapshotResponse startSnapshot(StartSnapshotRequest request) {
    return line.call(
        "ebs",
        "StartSnapshot",
        String.valueOf(request.clientToken()),
        () -> service.start(request));
  }

  @Override
  public PutSnapshotBlockResponse putSnapshotBlock(
      PutSnapshotBlockRequest request, RequestBody body) {
    return line.call(
        "ebs",
        "PutSnapshotBlock",
        request.snapshotId() + "/" + request.blockIndex(),
        () -> service.put(request, body.contentStreamProvider().newStream()));
  }

  @Override
  public CompleteSnapshotResponse completeSnapshot(CompleteSnapshotRequest request) {
    return line.call(
        "ebs", "CompleteSnapshot", request.snapshotId(), () -> service.complete(request));
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
