package dev.drover.functions.account;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Buckets of the customer's in memory. */
public final class InMemoryCustomerObjects implements CustomerObjects {
  private final Map<String, byte[]> objects = new HashMap<>();

  /** Puts a text. */
  public void put(String bucket, String key, String text) {
    objects.put(bucket + "/" + key, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Removes it. */
  public void remove(String bucket, String key) {
    objects.remove(bucket + "/" + key);
  }

  @Override
  public byte[] read(String bucket, String key, int most) {
    byte[] found = find(bucket, key);
    if (found.length > most) {
      throw new RefusedException("EntityTooLarge", "it is larger than " + most + " bytes");
    }
    return found.clone();
  }

  @Override
  public long size(String bucket, String key) {
    return find(bucket, key).length;
  }

  private byte[] find(String bucket, String key) {
    byte[] found = objects.get(bucket + "/" + key);
    if (found == null) {
      throw new RefusedException("NoSuchKey", "there is no such object");
    }
    return found;
  }
}
