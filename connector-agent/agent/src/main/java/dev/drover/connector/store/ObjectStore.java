package dev.drover.connector.store;

import java.io.InputStream;

/** The bucket, as far as a connector may touch it. Retries are the implementation's business. */
public interface ObjectStore {
  /**
   * Puts an object in one request, with a checksum that the store verifies. Putting the same again
   * changes nothing.
   *
   * @throws StoreException when it is not known to have arrived
   */
  void put(String key, ObjectContent content);

  /**
   * Opens an object; the caller closes it.
   *
   * @throws ObjectMissingException when there is none
   */
  InputStream get(String key);
}
