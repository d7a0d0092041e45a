package dev.drover.protocol.format;

import dev.drover.protocol.BadMagicException;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestMismatchException;
import dev.drover.protocol.InconsistentLengthException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.TruncatedException;
import dev.drover.protocol.UnknownVersionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** Reads one of our formats from a stream: little-endian, counted, hashed on the way. */
final class FormatInput {
  private final String what;
  private final InputStream source;
  private MessageDigest sha256 = Digest.sha256();
  private long position;

  /**
   * Starts at the first byte.
   *
   * @param what the object's name in errors, for example its key
   */
  FormatInput(String what, InputStream source) {
    this.what = what;
    this.source = source;
  }

  String what() {
    return what;
  }

  long position() {
    return position;
  }

  ByteBuffer bytes(int lengthBytes) throws IOException {
    return ByteBuffer.wrap(array(lengthBytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  byte[] array(int lengthBytes) throws IOException {
    byte[] bytes = source.readNBytes(lengthBytes);
    position += bytes.length;
    if (bytes.length < lengthBytes) {
      throw new TruncatedException(
          what + ": ends at byte " + position + ", " + (lengthBytes - bytes.length) + " too early");
    }
    sha256.update(bytes);
    return bytes;
  }

  /** Reads magic and version and refuses others. */
  void begin(byte[] magic, int knownVersion) throws IOException {
    if (!Arrays.equals(array(magic.length), magic)) {
      throw new BadMagicException(
          what + ": does not begin with " + new String(magic, StandardCharsets.US_ASCII));
    }
    int version = bytes(Short.BYTES).getShort() & 0xFFFF;
    if (version != knownVersion) {
      throw new UnknownVersionException(
          what + ": is of version " + version + ", this build reads version " + knownVersion);
    }
  }

  String text(ByteBuffer header) {
    if (header.remaining() < Short.BYTES) {
      throw new InconsistentLengthException(what + ": the header is too short for its texts");
    }
    int lengthBytes = header.getShort() & 0xFFFF;
    if (lengthBytes > header.remaining()) {
      throw new InconsistentLengthException(
          what + ": a text of " + lengthBytes + " bytes leaves the header");
    }
    ByteBuffer slice = header.slice(header.position(), lengthBytes);
    header.position(header.position() + lengthBytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidMessageException(what + ": a text is not UTF-8", e);
    }
  }

  /** Reads a digest and compares it with that of all bytes since the start or the last check. */
  Digest checkDigest() throws IOException {
    Digest actual = Digest.finish(sha256);
    sha256 = Digest.sha256();
    Digest stated = Digest.readFrom(bytes(Digest.BYTES));
    sha256 = Digest.sha256();
    if (!stated.equals(actual)) {
      throw new DigestMismatchException(
          what + ": states digest " + stated + ", its bytes have " + actual);
    }
    return stated;
  }

  void end() throws IOException {
    if (source.read() >= 0) {
      throw new InconsistentLengthException(what + ": goes on behind its end");
    }
  }

  void requireLength(boolean condition, String complaint) {
    if (!condition) {
      throw new InconsistentLengthException(what + ": " + complaint);
    }
  }
}
