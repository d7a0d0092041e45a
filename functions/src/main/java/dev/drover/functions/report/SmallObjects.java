package dev.drover.functions.report;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.TransientException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.message.MessageJson;
import java.io.IOException;
import java.util.Optional;

/** Objects of the bucket that hold one JSON message. */
final class SmallObjects {
  private final ObjectStore objects;

  SmallObjects(ObjectStore objects) {
    this.objects = objects;
  }

  /** An object's bytes; empty when there is none (any more). */
  Optional<byte[]> read(String key) {
    Optional<ObjectStore.Opened> opened = objects.open(key);
    return opened.isEmpty() ? Optional.empty() : Optional.of(read(key, opened.get()));
  }

  private static byte[] read(String key, ObjectStore.Opened opened) {
    try (opened) {
      if (opened.lengthBytes() > MessageJson.MAX_BYTES) {
        throw new InvalidMessageException(
            key + " has " + opened.lengthBytes() + " bytes, at most " + MessageJson.MAX_BYTES);
      }
      return opened.body().readAllBytes();
    } catch (IOException e) {
      throw new TransientException("reading " + key + " broke off", e);
    }
  }
}
