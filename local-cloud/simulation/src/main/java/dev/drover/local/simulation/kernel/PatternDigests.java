package dev.drover.local.simulation.kernel;

import java.security.MessageDigest;
import java.security.MessageDigestSpi;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 for data that repeats itself, as the blocks of simulated disks do: what repeats its first
 * 64 bytes is those and its length, and so are what was computed once for both. All else is left to
 * the JDK. Half of a simulation's time goes into digests otherwise, most of them of blocks that
 * somebody else has hashed before.
 */
public final class PatternDigests extends Provider {
  private static final long serialVersionUID = 1L;
  private static final String NAME = "DroverPatterns";
  private static final String SHA_256 = "SHA-256";
  private static final int PATTERN_BYTES = 64;

  /** What is shorter is hashed as soon as it is looked at; whole patterns. */
  private static final int WORTH_BYTES = 4_096;

  private static final Known KNOWN = new Known();

  private PatternDigests() {
    super(NAME, "1", "SHA-256 of data that repeats itself");
    put("MessageDigest." + SHA_256, Sha256.class.getName());
  }

  /** Lets all of this process compute digests so; a second time changes nothing. */
  public static void install() {
    Security.insertProviderAt(new PatternDigests(), 1);
  }

  /**
   * What was computed, and of that what was asked for lately: 5,000 servers have some 200,000
   * blocks at a time, and those that were overwritten nobody asks for any more.
   */
  private static final class Known {
    /** Of some 200 bytes of heap each, in either map. */
    private static final int MOST = 400_000;

    private Map<Repeated, byte[]> lately = new HashMap<>();
    private Map<Repeated, byte[]> before = Map.of();

    synchronized byte @Nullable [] get(Repeated data) {
      byte[] digest = lately.get(data);
      if (digest == null) {
        digest = before.get(data);
        if (digest != null) {
          put(data, digest);
        }
      }
      return digest;
    }

    synchronized void put(Repeated data, byte[] digest) {
      if (lately.size() >= MOST) {
        before = lately;
        lately = new HashMap<>();
      }
      lately.put(data, digest);
    }
  }

  /** Data that is a pattern again and again. */
  @SuppressWarnings("ArrayRecordComponent") // equal by content
  private record Repeated(byte[] pattern, int lengthBytes) {
    void feed(MessageDigest digest) {
      byte[] many = new byte[WORTH_BYTES];
      for (int i = 0; i < WORTH_BYTES; i += PATTERN_BYTES) {
        System.arraycopy(pattern, 0, many, i, PATTERN_BYTES);
      }
      for (int left = lengthBytes; left > 0; left -= WORTH_BYTES) {
        digest.update(many, 0, Math.min(WORTH_BYTES, left));
      }
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Repeated that
          && lengthBytes == that.lengthBytes
          && Arrays.equals(pattern, that.pattern);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(pattern) + lengthBytes;
    }
  }

  /** Public because {@link Provider} makes it. */
  public static final class Sha256 extends MessageDigestSpi {
    private final MessageDigest jdk;

    /** All that came, if it is a pattern; the JDK's has not seen it yet. */
    private @Nullable Repeated pending;

    private boolean begun;

    public Sha256() throws NoSuchAlgorithmException, NoSuchProviderException {
      jdk = MessageDigest.getInstance(SHA_256, "SUN");
    }

    @Override
    protected int engineGetDigestLength() {
      return jdk.getDigestLength();
    }

    @Override
    protected void engineUpdate(byte input) {
      feedPending();
      jdk.update(input);
      begun = true;
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int lengthBytes) {
      if (!begun && pending == null && repeats(input, offset, lengthBytes)) {
        byte[] pattern = Arrays.copyOfRange(input, offset, offset + PATTERN_BYTES);
        pending = new Repeated(pattern, lengthBytes);
        return;
      }
      feedPending();
      jdk.update(input, offset, lengthBytes);
      begun = true;
    }

    private void feedPending() {
      if (pending != null) {
        pending.feed(jdk);
        pending = null;
        begun = true;
      }
    }

    private static boolean repeats(byte[] data, int offset, int lengthBytes) {
      int end = offset + lengthBytes;
      return lengthBytes >= WORTH_BYTES
          && Arrays.equals(data, offset, end - PATTERN_BYTES, data, offset + PATTERN_BYTES, end);
    }

    @Override
    protected byte[] engineDigest() {
      if (pending == null) {
        begun = false;
        return jdk.digest();
      }
      byte[] known = KNOWN.get(pending);
      if (known == null) {
        known = compute(pending);
      }
      pending = null;
      return known.clone();
    }

    private byte[] compute(Repeated data) {
      data.feed(jdk);
      byte[] digest = jdk.digest();
      KNOWN.put(data, digest);
      return digest;
    }

    @Override
    protected void engineReset() {
      pending = null;
      begun = false;
      jdk.reset();
    }
  }
}
