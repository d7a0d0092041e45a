package dev.drover.local.simulation.ebs;

import dev.drover.local.simulation.kernel.Line;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.CancelImportTaskRequest;
import software.amazon.awssdk.services.ec2.model.CancelImportTaskResponse;
import software.amazon.awssdk.services.ec2.model.CreateTagsRequest;
import software.amazon.awssdk.services.ec2.model.CreateTagsResponse;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotRequest;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotResponse;
import software.amazon.awssdk.services.ec2.model.DeregisterImageRequest;
import software.amazon.awssdk.services.ec2.model.DeregisterImageResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImageAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImageAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImagesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImportImageTasksRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImportImageTasksResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeLaunchTemplateVersionsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeLaunchTemplateVersionsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.GetEbsDefaultKmsKeyIdRequest;
import software.amazon.awssdk.services.ec2.model.GetEbsDefaultKmsKeyIdResponse;
import software.amazon.awssdk.services.ec2.model.GetEbsEncryptionByDefaultRequest;
import software.amazon.awssdk.services.ec2.model.GetEbsEncryptionByDefaultResponse;
import software.amazon.awssdk.services.ec2.model.ImportImageRequest;
import software.amazon.awssdk.services.ec2.model.ImportImageResponse;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.RegisterImageResponse;

/** The SDK's client of EC2, without its own retries. */
final class SimulatedEc2Client implements Ec2Client {
  private static final String EC2 = "ec2";

  private final Line line;
  private final SnapshotActions snapshots;
  private final ImageActions images;
  private final ImportActions imports;
  private final StartSnapshot encryption;
  private final Ec2Gate gate;

  SimulatedEc2Client(
      Line line,
      SnapshotActions snapshots,
      ImageActions images,
      ImportActions imports,
      StartSnapshot encryption,
      Ec2Gate gate) {
    this.line = line;
    this.snapshots = snapshots;
    this.images = images;
    this.imports = imports;
    this.encryption = encryption;
    this.gate = gate;
  }

  @Override
  public DescribeSnapshotsResponse describeSnapshots(DescribeSnapshotsRequest request) {
    return line.call(
        EC2,
        "DescribeSnapshots",
        about(request.snapshotIds(), request.filters()),
        () -> snapshots.describe(request));
  }

  @Override
  public DeleteSnapshotResponse deleteSnapshot(DeleteSnapshotRequest request) {
    return line.call(EC2, "DeleteSnapshot", request.snapshotId(), () -> snapshots.delete(request));
  }

  @Override
  public CreateTagsResponse createTags(CreateTagsRequest request) {
    return line.call(
        EC2,
        "CreateTags",
        String.join(" ", request.resources()),
        () -> snapshots.createTags(request));
  }

  @Override
  public RegisterImageResponse registerImage(RegisterImageRequest request) {
    return line.call(EC2, "RegisterImage", request.name(), () -> images.register(request));
  }

  @Override
  public ImportImageResponse importImage(ImportImageRequest request) {
    return line.call(EC2, "ImportImage", request.clientToken(), () -> imports.start(request));
  }

  @Override
  public DescribeImportImageTasksResponse describeImportImageTasks(
      DescribeImportImageTasksRequest request) {
    return line.call(
        EC2,
        "DescribeImportImageTasks",
        String.join(" ", request.importTaskIds()),
        () -> imports.describe(request));
  }

  @Override
  public CancelImportTaskResponse cancelImportTask(CancelImportTaskRequest request) {
    return line.call(
        EC2, "CancelImportTask", request.importTaskId(), () -> imports.cancel(request));
  }

  @Override
  public DescribeImagesResponse describeImages(DescribeImagesRequest request) {
    return line.call(
        EC2,
        "DescribeImages",
        about(request.imageIds(), request.filters()),
        () -> images.describe(request));
  }

  /** Nobody shares an image here. */
  @Override
  public DescribeImageAttributeResponse describeImageAttribute(
      DescribeImageAttributeRequest request) {
    return line.call(
        EC2, "DescribeImageAttribute", request.imageId(), () -> images.describeAttribute(request));
  }

  /** Nobody launches an instance here. */
  @Override
  public DescribeInstancesResponse describeInstances(DescribeInstancesRequest request) {
    return line.call(
        EC2,
        "DescribeInstances",
        about(request.instanceIds(), request.filters()),
        () -> {
          gate.read("DescribeInstances");
          return DescribeInstancesResponse.builder().reservations(List.of()).build();
        });
  }

  /** Nobody has a launch template here. */
  @Override
  public DescribeLaunchTemplateVersionsResponse describeLaunchTemplateVersions(
      DescribeLaunchTemplateVersionsRequest request) {
    return line.call(
        EC2,
        "DescribeLaunchTemplateVersions",
        about(request.versions(), request.filters()),
        () -> {
          gate.read("DescribeLaunchTemplateVersions");
          return DescribeLaunchTemplateVersionsResponse.builder()
              .launchTemplateVersions(List.of())
              .build();
        });
  }

  @Override
  public DeregisterImageResponse deregisterImage(DeregisterImageRequest request) {
    return line.call(EC2, "DeregisterImage", request.imageId(), () -> images.deregister(request));
  }

  @Override
  public GetEbsEncryptionByDefaultResponse getEbsEncryptionByDefault(
      GetEbsEncryptionByDefaultRequest request) {
    return line.call(
        EC2,
        "GetEbsEncryptionByDefault",
        "",
        () -> {
          gate.read("GetEbsEncryptionByDefault");
          return GetEbsEncryptionByDefaultResponse.builder()
              .ebsEncryptionByDefault(encryption.encryptionByDefault())
              .build();
        });
  }

  /** As EC2 answers as long as nobody chose another: by the alias. */
  @Override
  public GetEbsDefaultKmsKeyIdResponse getEbsDefaultKmsKeyId(GetEbsDefaultKmsKeyIdRequest request) {
    return line.call(
        EC2,
        "GetEbsDefaultKmsKeyId",
        "",
        () -> {
          gate.read("GetEbsDefaultKmsKeyId");
          return GetEbsDefaultKmsKeyIdResponse.builder()
              .kmsKeyId(KmsService.DEFAULT_KEY_ALIAS)
              .build();
        });
  }

  private static String about(List<String> ids, List<Filter> filters) {
    return Stream.concat(
            ids.stream(),
            filters.stream().map(filter -> filter.name() + "=" + String.join(",", filter.values())))
        .collect(Collectors.joining(" "));
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
