package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;
import static dev.drover.functions.aws.SdkErrors.translatedBody;

import dev.drover.functions.account.CustomerObjects;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.TransientException;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** {@link CustomerObjects} over S3. */
public final class S3CustomerObjects implements CustomerObjects {
  private final S3Client s3;
  private final String owner;

  /**
   * Buckets of an account.
   *
   * @param owner the account that they must be of: whoever deletes a bucket gives its name away
   */
  public S3CustomerObjects(S3Client s3, String owner) {
    this.s3 = s3;
    this.owner = owner;
  }

  @Override
  public byte[] read(String bucket, String key, int most) {
    try (InputStream body = translatedBody(translated(() -> opened(bucket, key)))) {
      byte[] read = body.readNBytes(most + 1);
      if (read.length > most) {
        throw new RefusedException(
            "EntityTooLarge", named(bucket, key) + " is larger than " + most + " bytes");
      }
      return read;
    } catch (IOException e) {
      throw new TransientException("reading " + named(bucket, key) + ": " + e.getMessage(), e);
    }
  }

  /** Not by HeadObject: its refusals have no words. */
  @Override
  public long size(String bucket, String key) {
    return translated(
        () -> {
          ResponseInputStream<GetObjectResponse> body = opened(bucket, key);
          body.abort();
          return body.response().contentLength();
        });
  }

  private ResponseInputStream<GetObjectResponse> opened(String bucket, String key) {
    try {
      return s3.getObject(get -> get.bucket(bucket).expectedBucketOwner(owner).key(key));
    } catch (NoSuchKeyException | NoSuchBucketException e) {
      throw new RefusedException("NoSuchKey", "there is no object " + named(bucket, key), e);
    }
  }

  private static String named(String bucket, String key) {
    return "s3://" + bucket + "/" + key;
  }
}
