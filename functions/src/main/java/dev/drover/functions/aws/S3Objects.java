package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;
import static dev.drover.functions.aws.SdkErrors.translatedBody;
import static dev.drover.functions.aws.SdkErrors.translatedPages;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.TransientException;
import dev.drover.protocol.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Object;

/** {@link ObjectStore} over S3. */
public final class S3Objects implements ObjectStore {
  private final S3Client s3;
  private final String bucket;
  private final String owner;

  /**
   * A bucket.
   *
   * @param owner the account that it must be of: a bucket that was deleted may be another's by now
   */
  public S3Objects(S3Client s3, String bucket, String owner) {
    this.s3 = s3;
    this.bucket = bucket;
    this.owner = owner;
  }

  @Override
  public Optional<Opened> open(String key) {
    return translated(() -> opened(key));
  }

  private Optional<Opened> opened(String key) {
    try {
      ResponseInputStream<GetObjectResponse> body =
          s3.getObject(get -> get.bucket(bucket).expectedBucketOwner(owner).key(key));
      GetObjectResponse head = body.response();
      return Optional.of(
          new Opened(translatedBody(body), head.contentLength(), head.eTag(), head.lastModified()));
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    }
  }

  @Override
  public void put(String key, byte[] body) {
    String checksum = Digest.of(body).base64();
    translated(
        () ->
            s3.putObject(
                put ->
                    put.bucket(bucket).expectedBucketOwner(owner).key(key).checksumSHA256(checksum),
                RequestBody.fromBytes(body)));
  }

  @Override
  public void put(String key, Path file) {
    translated(
        () ->
            s3.putObject(
                put ->
                    put.bucket(bucket)
                        .expectedBucketOwner(owner)
                        .key(key)
                        .checksumAlgorithm(ChecksumAlgorithm.SHA256),
                RequestBody.fromFile(file)));
  }

  @Override
  public Stream<Listed> list(String prefix) {
    return translatedPages(
            s3.listObjectsV2Paginator(
                    list -> list.bucket(bucket).expectedBucketOwner(owner).prefix(prefix))
                .contents())
        .map(S3Objects::listed);
  }

  @Override
  public List<Listed> listAfter(String prefix, String after, int most) {
    return translated(
            () ->
                s3.listObjectsV2(
                    list ->
                        list.bucket(bucket)
                            .expectedBucketOwner(owner)
                            .prefix(prefix)
                            .startAfter(after.isEmpty() ? null : after)
                            .maxKeys(most)))
        .contents()
        .stream()
        .map(S3Objects::listed)
        .toList();
  }

  private static Listed listed(S3Object object) {
    return new Listed(object.key(), object.eTag(), object.lastModified(), object.size());
  }

  @Override
  public void delete(List<String> keys) {
    if (keys.isEmpty()) {
      return;
    }
    List<ObjectIdentifier> objects =
        keys.stream().map(key -> ObjectIdentifier.builder().key(key).build()).toList();
    DeleteObjectsResponse answer =
        translated(
            () ->
                s3.deleteObjects(
                    request ->
                        request
                            .bucket(bucket)
                            .expectedBucketOwner(owner)
                            .delete(d -> d.quiet(true).objects(objects))));
    if (!answer.errors().isEmpty()) {
      throw new TransientException(
          answer.errors().size()
              + " of "
              + keys.size()
              + " objects were not deleted, the first: "
              + answer.errors().getFirst());
    }
  }
}
