package dev.drover.local.simulator.snapshot;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/** A SHA-256, 32 bytes. Written independently of the digests of the code under test. */
public final class Sha256 {
  public static final int BYTES = 32;

  /** A block of zeros is never stored: its digest says it all. */
  static final Sha256 OF_ZERO_BLOCK = of(new byte[Blocks.BLOCK_BYTES]);

  private final byte[] value;

  private Sha256(byte[] value) {
    this.value = value;
  }

  public static Sha256 of(byte[] content) {
    return new Sha256(algorithm().digest(content));
  }

  static Sha256 wrap(byte[] value) {
    if (value.length != BYTES) {
      throw new IllegalArgumentException("a SHA-256 has 32 bytes, not " + value.length);
    }
    return new Sha256(value.clone());
  }

  static MessageDigest algorithm() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  byte[] bytes() {
    return value.clone();
  }

  void updateInto(MessageDigest digest) {
    digest.update(value);
  }

  /** As the x-amz-Checksum header carries it. */
  public String base64() {
    return Base64.getEncoder().encodeToString(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sha256 that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return base64();
  }
}
