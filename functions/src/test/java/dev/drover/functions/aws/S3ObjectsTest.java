package dev.drover.functions.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

final class S3ObjectsTest {
  private static final String OWNER = "123456789012";

  private final Owners s3 = new Owners();
  private final ObjectStore objects = new S3Objects(s3, "bucket", OWNER);

  @Test
  void calls_all_nameTheAccountThatTheBucketMustBeOf(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");

    assertThat(objects.open("key")).isEmpty();
    objects.put("key", new byte[1]);
    objects.put("key", file);
    assertThat(objects.list("prefix")).isEmpty();
    objects.delete(List.of("key"));

    assertThat(s3.named).containsExactly(OWNER, OWNER, OWNER, OWNER, OWNER);
  }

  /** Notes whose bucket each call asks for; there is nothing in it. */
  private static final class Owners implements S3Client {
    final List<@Nullable String> named = new ArrayList<>();

    @Override
    public ResponseInputStream<GetObjectResponse> getObject(GetObjectRequest request) {
      named.add(request.expectedBucketOwner());
      throw NoSuchKeyException.builder().build();
    }

    @Override
    public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
      named.add(request.expectedBucketOwner());
      return PutObjectResponse.builder().build();
    }

    @Override
    public ListObjectsV2Response listObjectsV2(ListObjectsV2Request request) {
      named.add(request.expectedBucketOwner());
      return ListObjectsV2Response.builder().isTruncated(false).build();
    }

    @Override
    public DeleteObjectsResponse deleteObjects(DeleteObjectsRequest request) {
      named.add(request.expectedBucketOwner());
      return DeleteObjectsResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
