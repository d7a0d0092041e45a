package dev.drover.functions.report;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.TransientException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.message.MessageJson;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Objects of the bucket that hold one JSON message. */
final class SmallObjects {
  private final ObjectStore objects;

  SmallObjects(ObjectStore objects) {
    this.objects = objects;
  }

  /**
   * A message that was read.
   *
   * @param putAt when it was put, by S3's clock
   */
  record Read<T>(T message, Instant putAt) {}

  /** An object's message; empty when there is none (any more). */
  <T> Optional<Read<T>> find(String key, Class<T> type) {
    return objects.open(key).map(opened -> read(key, opened, type));
  }

  private static <T> Read<T> read(String key, ObjectStore.Opened opened, Class<T> type) {
    try (opened) {
      if (opened.lengthBytes() > MessageJson.MAX_BYTES) {
        throw new InvalidMessageException(
            key + " has " + opened.lengthBytes() + " bytes, at most " + MessageJson.MAX_BYTES);
      }
      byte[] json = opened.body().readAllBytes();
      return new Read<>(MessageJson.read(key, json, type), opened.lastModified());
    } catch (IOException e) {
      throw new TransientException("reading " + key + " broke off", e);
    }
  }
}
