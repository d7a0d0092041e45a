package dev.drover.local.simulation.ebs;

import dev.drover.local.simulation.kernel.Line;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DescribeKeyRequest;
import software.amazon.awssdk.services.kms.model.DescribeKeyResponse;

/** The SDK's client of KMS, without its own retries. */
final class SimulatedKmsClient implements KmsClient {
  private final Line line;
  private final KmsService service;

  SimulatedKmsClient(Line line, KmsService service) {
    this.line = line;
    this.service = service;
  }

  @Override
  public DescribeKeyResponse describeKey(DescribeKeyRequest request) {
    return line.call("kms", "DescribeKey", request.keyId(), () -> service.describe(request));
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
