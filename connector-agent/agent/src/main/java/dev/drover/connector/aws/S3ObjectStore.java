package dev.drover.connector.aws;

import dev.drover.connector.store.ObjectContent;
import dev.drover.connector.store.ObjectMissingException;
import dev.drover.connector.store.ObjectStore;
import dev.drover.connector.store.StoreException;
import dev.drover.connector.store.StoreRefusedException;
import dev.drover.connector.store.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Set;
import java.util.zip.CRC32C;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A bucket in S3. The SDK retries; what still fails is sorted into "may pass" and "will not".
 *
 * <p>The CRC-32C of an object is computed before the put and sent as a header, so that S3 refuses
 * what arrives otherwise, and no trailing checksum turns the body into chunks.
 */
public final class S3ObjectStore implements ObjectStore {
  static final String PUT = "s3:PutObject";
  static final String GET = "s3:GetObject";

  private static final int BUFFER_BYTES = 1 << 16;

  private static final Set<String> MISSING = Set.of("NoSuchKey");

  private final S3Client s3;
  private final String bucket;
  private final String owner;

  /**
   * A bucket of an account.
   *
   * @param owner the account: a bucket of that name that somebody else has is refused by S3
   */
  public S3ObjectStore(S3Client s3, String bucket, String owner) {
    this.s3 = s3;
    this.bucket = bucket;
    this.owner = owner;
  }

  @Override
  public void put(String key, ObjectContent content) {
    try {
      String crc32c = crc32c(content);
      RequestBody body =
          RequestBody.fromContentProvider(
              () -> content.stream().get(), content.lengthBytes(), content.contentType());
      s3.putObject(
          put -> put.bucket(bucket).expectedBucketOwner(owner).key(key).checksumCRC32C(crc32c),
          body);
    } catch (SdkException e) {
      throw failure(PUT, key, e);
    }
  }

  @Override
  public InputStream get(String key) {
    try {
      return new StoreStream(
          key, s3.getObject(get -> get.bucket(bucket).expectedBucketOwner(owner).key(key)));
    } catch (SdkException e) {
      throw failure(GET, key, e);
    }
  }

  private StoreException failure(String action, String key, SdkException e) {
    if (e instanceof AwsServiceException answer && MISSING.contains(AwsTrouble.code(answer))) {
      return new ObjectMissingException(
          "The object " + key + " in bucket " + bucket + " is not there.", e);
    }
    AwsTrouble trouble = AwsTrouble.of(AwsTrouble.Call.onObject(action, bucket, key), e);
    return trouble.lasts()
        ? new StoreRefusedException(trouble.sentence(), e)
        : new StoreUnavailableException(trouble.sentence(), e);
  }

  private static String crc32c(ObjectContent content) {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream stream = content.stream().get()) {
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        crc.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] bigEndian = ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
    return Base64.getEncoder().encodeToString(bigEndian);
  }
}
