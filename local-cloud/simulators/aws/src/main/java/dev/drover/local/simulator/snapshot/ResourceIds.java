package dev.drover.local.simulator.snapshot;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * New ids in EC2's long form, such as {@code snap-0123456789abcdef0}. They come from no seed: after
 * a reset an id that some client still remembers must not come back.
 */
public final class ResourceIds {
  /** A long id has 17 hexadecimal digits; the first one of AWS's is 0. */
  private static final int RANDOM_BYTES = 8;

  private final SecureRandom random = new SecureRandom();

  public String next(String prefix) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return prefix + "0" + HexFormat.of().formatHex(bytes);
  }
}
