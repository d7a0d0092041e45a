package dev.drover.local.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.protocol.DiskId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.Snapshot;

/** What the cloud holds in the end: images, and snapshots that can be exported and compared. */
final class Images implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI simulator;
  private final Ec2Client ec2;
  private final HttpClient http = HttpClient.newHttpClient();

  Images(DeployedStack stack) {
    this.simulator = URI.create(stack.cloud().ebsUrl());
    this.ec2 =
        Ec2Client.builder()
            .endpointOverride(simulator)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
  }

  Image image(String amiId) {
    return ec2.describeImages(request -> request.imageIds(amiId)).images().getFirst();
  }

  List<Image> imagesOfJob(String jobId) {
    return ec2.describeImages(request -> request.owners("self").filters(tag("drover:job", jobId)))
        .images();
  }

  List<Snapshot> snapshotsOfJob(String jobId) {
    return ec2.describeSnapshots(
            request -> request.ownerIds("self").filters(tag("drover:job", jobId)))
        .snapshots();
  }

  /** The snapshot in an image that holds a disk. */
  String snapshotOf(String amiId, DiskId disk) {
    List<String> ofImage =
        image(amiId).blockDeviceMappings().stream()
            .map(mapping -> mapping.ebs().snapshotId())
            .toList();
    return ec2.describeSnapshots(
            request -> request.snapshotIds(ofImage).filters(tag("drover:disk", disk.value())))
        .snapshots()
        .getFirst()
        .snapshotId();
  }

  /** Asserts that a snapshot is a disk byte for byte, and zeros behind it. */
  void assertIdentical(String snapshotId, byte[] disk, Path scratch) {
    Path exported = export(snapshotId, disk.length, scratch);
    try {
      assertThat(Files.size(exported)).isEqualTo(disk.length);
      Path expected = Files.write(scratch.resolve(snapshotId + ".expected"), disk);
      assertThat(Files.mismatch(exported, expected))
          .as("first byte at which %s differs from its disk", snapshotId)
          .isEqualTo(-1);
    } catch (IOException e) {
      throw new IllegalStateException("cannot compare " + snapshotId, e);
    }
  }

  Path export(String snapshotId, long bytes, Path scratch) {
    Path target = scratch.resolve(snapshotId + ".raw");
    HttpResponse<Path> response =
        send(
            HttpRequest.newBuilder(
                    simulator.resolve("/_drover/export/" + snapshotId + "?bytes=" + bytes))
                .build(),
            HttpResponse.BodyHandlers.ofFile(target));
    assertThat(response.statusCode()).as("export of " + snapshotId).isEqualTo(200);
    return target;
  }

  /** How many blocks were put into all snapshots of a job, those put again included. */
  long putsOfJob(String jobId) {
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder(simulator.resolve("/_drover/calls")).build(),
            HttpResponse.BodyHandlers.ofString());
    try {
      JsonNode snapshots = JSON.readTree(response.body()).path("snapshots");
      long puts = 0;
      for (Snapshot snapshot : snapshotsOfJob(jobId)) {
        JsonNode counts = snapshots.path(snapshot.snapshotId());
        assertThat(counts.path("puts").isNumber()).as(response.body()).isTrue();
        puts += counts.path("puts").asLong();
      }
      return puts;
    } catch (IOException e) {
      throw new IllegalStateException("the simulator's counters are no JSON", e);
    }
  }

  @Override
  public void close() {
    ec2.close();
    http.close();
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return http.send(request, handler);
    } catch (IOException e) {
      throw new IllegalStateException("the simulator does not answer " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted at " + request.uri(), e);
    }
  }

  private static Filter tag(String name, String value) {
    return Filter.builder().name("tag:" + name).values(value).build();
  }
}
