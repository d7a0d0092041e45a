package dev.drover.functions.report;

import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.MessageJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Objects of the bucket that hold one JSON message. */
final class SmallObjects {
  private final S3Client s3;
  private final String bucket;

  SmallObjects(S3Client s3, String bucket) {
    this.s3 = s3;
    this.bucket = bucket;
  }

  /** An object's bytes; empty when there is none (any more). */
  Optional<byte[]> read(String key) {
    try (ResponseInputStream<GetObjectResponse> object =
        s3.getObject(get -> get.bucket(bucket).key(key))) {
      byte[] bytes = object.readNBytes(MessageJson.MAX_BYTES + 1);
      if (bytes.length > MessageJson.MAX_BYTES) {
        object.abort();
        throw new InvalidMessageException(key + " is larger than " + MessageJson.MAX_BYTES);
      }
      return Optional.of(bytes);
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + key, e);
    }
  }
}
