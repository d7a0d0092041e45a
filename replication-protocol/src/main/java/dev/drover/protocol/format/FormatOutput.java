package dev.drover.protocol.format;

import dev.drover.protocol.Digest;
import dev.drover.protocol.InvalidMessageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Writes one of our formats to a stream: little-endian, hashed on the way. */
final class FormatOutput {
  private final OutputStream target;
  private final MessageDigest sha256 = Digest.sha256();

  FormatOutput(OutputStream target) {
    this.target = target;
  }

  static ByteBuffer buffer(int lengthBytes) {
    return over(new byte[lengthBytes]);
  }

  static ByteBuffer over(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static byte[] text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    InvalidMessageException.require(utf8.length <= 0xFFFF, "a text is longer than 65535 bytes");
    return buffer(Short.BYTES + utf8.length).putShort((short) utf8.length).put(utf8).array();
  }

  void put(byte[] bytes) throws IOException {
    sha256.update(bytes);
    target.write(bytes);
  }

  void put(Digest digest) throws IOException {
    put(digest.toBytes());
  }

  /** Writes the digest of all bytes so far and starts the next one. */
  Digest putDigest() throws IOException {
    Digest digest = Digest.finish(sha256);
    target.write(digest.toBytes());
    return digest;
  }
}
