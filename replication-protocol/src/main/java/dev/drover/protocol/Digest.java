package dev.drover.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A SHA-256, immutable. In JSON and in the table it is 64 lower-case hex digits. */
public final class Digest implements Comparable<Digest> {
  public static final int BYTES = 32;

  /**
   * Stands in a digest list for a block that was never written. It is not the digest of any block
   * that can be found: it means "unknown", which on an encrypted volume is not the same as zeros.
   */
  public static final Digest NEVER_WRITTEN = new Digest(new byte[BYTES]);

  private static final int SHORT_HEX_CHARS = 17;
  private static final HexFormat HEX = HexFormat.of();

  private final byte[] bytes;

  private Digest(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Wraps a copy of 32 bytes. */
  public static Digest ofBytes(byte[] bytes) {
    InvalidMessageException.require(
        bytes.length == BYTES, "a SHA-256 has 32 bytes, not " + bytes.length);
    return new Digest(bytes.clone());
  }

  /** Takes the next 32 bytes of a buffer and moves its position. */
  public static Digest readFrom(ByteBuffer source) {
    byte[] bytes = new byte[BYTES];
    source.get(bytes);
    return new Digest(bytes);
  }

  /** Parses 64 hex digits. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Digest ofHex(String hex) {
    try {
      return ofBytes(HEX.parseHex(hex));
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException("'" + hex + "' is not a SHA-256 in hex", e);
    }
  }

  /** The SHA-256 of a text in UTF-8. */
  public static Digest ofText(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  public static Digest of(byte[] data) {
    return new Digest(sha256().digest(data));
  }

  /** The SHA-256 of what remains in the buffer; its position does not move. */
  public static Digest of(ByteBuffer data) {
    MessageDigest sha256 = sha256();
    sha256.update(data.duplicate());
    return new Digest(sha256.digest());
  }

  public static Digest of(byte[] data, int offset, int lengthBytes) {
    MessageDigest sha256 = sha256();
    sha256.update(data, offset, lengthBytes);
    return new Digest(sha256.digest());
  }

  static String shortHexOf(String text) {
    return ofText(text).hex().substring(0, SHORT_HEX_CHARS);
  }

  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Finishes a hash that was fed piece by piece. */
  public static Digest finish(MessageDigest sha256) {
    return new Digest(sha256.digest());
  }

  public void writeTo(ByteBuffer target) {
    target.put(bytes);
  }

  public void feed(MessageDigest sha256) {
    sha256.update(bytes);
  }

  /** A copy of the 32 bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** 64 lower-case hex digits. */
  @JsonValue
  public String hex() {
    return HEX.formatHex(bytes);
  }

  /** Base64, as EBS and S3 carry checksums in their headers. */
  public String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public int compareTo(Digest other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Digest that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return hex();
  }
}
