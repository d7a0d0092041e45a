package dev.drover.local.simulation.aws;

import dev.drover.local.simulation.kernel.Ascending;
import dev.drover.local.simulation.kernel.Line;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.AbortableInputStream;
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
import software.amazon.awssdk.services.s3.model.S3Object;

/** A process's client of the bucket. */
final class SimulatedS3 implements S3Client {
  private static final String SERVICE = "s3";
  private static final int PAGE = 1000;

  private final Bucket bucket;
  private final Line line;
  private final Transfer transfer;

  SimulatedS3(Bucket bucket, Line line, Transfer transfer) {
    this.bucket = bucket;
    this.line = line;
    this.transfer = transfer;
  }

  @Override
  public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
    byte[] bytes = read(body);
    String eTag = eTag(bytes);
    transfer.move(request.key(), bytes);
    PutObjectResponse answer =
        line.call(
            SERVICE,
            "PutObject",
            request.key(),
            () -> {
              bucket.put(request.key(), bytes, eTag);
              return PutObjectResponse.builder().eTag(eTag).build();
            });
    bucket.acknowledged(request.key(), eTag);
    return answer;
  }

  @Override
  public ResponseInputStream<GetObjectResponse> getObject(GetObjectRequest request) {
    Bucket.Stored stored =
        line.call(
            SERVICE,
            "GetObject",
            request.key(),
            () -> bucket.get(request.key()).orElseThrow(SimulatedS3::noSuchKey));
    transfer.move(request.key(), stored.body());
    GetObjectResponse head =
        GetObjectResponse.builder()
            .contentLength((long) stored.body().length)
            .eTag(stored.eTag())
            .lastModified(stored.lastModified())
            .build();
    return new ResponseInputStream<>(
        head,
        AbortableInputStream.create(new ByteArrayInputStream(stored.body())),
        // No watch over a body that nobody reads: it would keep real time.
        Duration.ZERO);
  }

  @Override
  public ListObjectsV2Response listObjectsV2(ListObjectsV2Request request) {
    return line.call(
        SERVICE,
        "ListObjectsV2",
        request.prefix(),
        () -> {
          NavigableMap<String, Bucket.Stored> all = bucket.under(request.prefix());
          String token = request.continuationToken();
          String after = token == null ? request.startAfter() : token;
          int most = request.maxKeys() == null ? PAGE : Math.min(request.maxKeys(), PAGE);
          Ascending.Page<S3Object> page =
              Ascending.page(
                  (after == null ? Ascending.entries(all) : Ascending.after(all, after))
                      .map(SimulatedS3::listed),
                  most);
          return ListObjectsV2Response.builder()
              .contents(page.items())
              .isTruncated(!page.isLast())
              .nextContinuationToken(page.next(S3Object::key))
              .build();
        });
  }

  @Override
  public DeleteObjectsResponse deleteObjects(DeleteObjectsRequest request) {
    return line.call(
        SERVICE,
        "DeleteObjects",
        request.delete().objects().size() + " objects",
        () -> {
          request.delete().objects().forEach(object -> bucket.delete(object.key()));
          return DeleteObjectsResponse.builder().build();
        });
  }

  private static S3Object listed(Map.Entry<String, Bucket.Stored> entry) {
    return S3Object.builder()
        .key(entry.getKey())
        .eTag(entry.getValue().eTag())
        .size((long) entry.getValue().body().length)
        .lastModified(entry.getValue().lastModified())
        .build();
  }

  private static NoSuchKeyException noSuchKey() {
    return NoSuchKeyException.builder()
        .statusCode(404)
        .message("The specified key does not exist.")
        .awsErrorDetails(
            AwsErrorDetails.builder()
                .errorCode("NoSuchKey")
                .errorMessage("The specified key does not exist.")
                .build())
        .build();
  }

  private static byte[] read(RequestBody body) {
    try (InputStream stream = body.contentStreamProvider().newStream()) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The MD5 of the body, as S3 makes it without KMS. */
  private static String eTag(byte[] body) {
    try {
      byte[] digest = MessageDigest.getInstance("MD5").digest(body);
      return '"' + HexFormat.of().formatHex(digest) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
