package dev.drover.functions.aws;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotRequest;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotResponse;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.GetEbsDefaultKmsKeyIdRequest;
import software.amazon.awssdk.services.ec2.model.GetEbsDefaultKmsKeyIdResponse;
import software.amazon.awssdk.services.ec2.model.GetEbsEncryptionByDefaultRequest;
import software.amazon.awssdk.services.ec2.model.GetEbsEncryptionByDefaultResponse;

/** Notes what was deleted; twice is not found. */
final class FakeEc2 implements Ec2Client {
  final List<String> deleted = new ArrayList<>();

  @Override
  public DeleteSnapshotResponse deleteSnapshot(DeleteSnapshotRequest request) {
    if (deleted.contains(request.snapshotId())) {
      throw Ec2Exception.builder()
          .awsErrorDetails(AwsErrorDetails.builder().errorCode("InvalidSnapshot.NotFound").build())
          .build();
    }
    deleted.add(request.snapshotId());
    return DeleteSnapshotResponse.builder().build();
  }

  @Override
  public GetEbsEncryptionByDefaultResponse getEbsEncryptionByDefault(
      GetEbsEncryptionByDefaultRequest request) {
    return GetEbsEncryptionByDefaultResponse.builder().ebsEncryptionByDefault(false).build();
  }

  @Override
  public GetEbsDefaultKmsKeyIdResponse getEbsDefaultKmsKeyId(GetEbsDefaultKmsKeyIdRequest request) {
    return GetEbsDefaultKmsKeyIdResponse.builder().kmsKeyId("alias/aws/ebs").build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
