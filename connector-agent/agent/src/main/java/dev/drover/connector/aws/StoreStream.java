package dev.drover.connector.aws;

import dev.drover.connector.store.StoreUnavailableException;
import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;

/**
 * An object's bytes on their way. A connection that breaks is the store's failure, not the local
 * disk's; and closing before the end ends the connection instead of reading what nobody wants.
 */
final class StoreStream extends FilterInputStream {
  private final String key;
  private final ResponseInputStream<?> response;
  private boolean ended;

  StoreStream(String key, ResponseInputStream<?> response) {
    super(response);
    this.key = key;
    this.response = response;
  }

  @Override
  public int read() {
    try {
      return noted(super.read());
    } catch (IOException e) {
      throw broken(e);
    }
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    try {
      return noted(super.read(target, offset, length));
    } catch (IOException e) {
      throw broken(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (!ended) {
      response.abort();
    }
    super.close();
  }

  private int noted(int read) {
    ended = ended || read < 0;
    return read;
  }

  private StoreUnavailableException broken(IOException e) {
    return new StoreUnavailableException(
        "The object " + key + " broke off (" + e.getMessage() + "): check the network to S3.", e);
  }
}
