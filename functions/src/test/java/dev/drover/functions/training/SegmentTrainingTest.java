package dev.drover.functions.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.SnapshotBlocks;
import dev.drover.functions.aws.EbsBlocks;
import dev.drover.functions.aws.S3Objects;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.SnapshotId;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.s3.S3Client;

/** The real adapters take what {@link StandInAws} answers. */
final class SegmentTrainingTest {
  @Test
  void applyOne_putsEveryBlockOfTheSegment() throws Exception {
    Set<Integer> put = new ConcurrentSkipListSet<>();
    try (StandInAws aws = StandInAws.open();
        SdkHttpClient http = UrlConnectionHttpClient.create();
        S3Client s3 = s3(http, aws.endpoint());
        EbsClient ebs = ebs(http, aws.endpoint())) {
      EbsBlocks real = new EbsBlocks(ebs);
      SnapshotBlocks counted =
          new SnapshotBlocks() {
            @Override
            public void put(SnapshotId snapshotId, int block, Digest digest, byte[] data) {
              real.put(snapshotId, block, digest, data);
              put.add(block);
            }

            @Override
            public void complete(SnapshotId snapshotId, long blocksWritten, Digest linear) {
              real.complete(snapshotId, blocksWritten, linear);
            }
          };

      new SegmentTraining(new S3Objects(s3, "bucket", "000000000000"), counted).applyOne();
    }
    assertThat(put).hasSize(DiskGeometry.BLOCKS_PER_EXTENT);
  }

  private static S3Client s3(SdkHttpClient http, URI endpoint) {
    return S3Client.builder()
        .httpClient(http)
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(AnonymousCredentialsProvider.create())
        .forcePathStyle(true)
        .build();
  }

  private static EbsClient ebs(SdkHttpClient http, URI endpoint) {
    return EbsClient.builder()
        .httpClient(http)
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")))
        .build();
  }
}
