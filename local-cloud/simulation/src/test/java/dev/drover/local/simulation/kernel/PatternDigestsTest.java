package dev.drover.local.simulation.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PatternDigestsTest {
  private final Random random = new Random(1);

  @BeforeAll
  static void install() {
    PatternDigests.install();
  }

  @Test
  void digest_anyData_isTheOneOfTheJdk() throws Exception {
    MessageDigest ours = MessageDigest.getInstance("SHA-256");
    MessageDigest jdk = MessageDigest.getInstance("SHA-256", "SUN");
    assertThat(ours.getProvider().getName()).isNotEqualTo("SUN");
    for (int i = 0; i < 2_000; i++) {
      byte[] data = data();
      int pieces = 1 + random.nextInt(3);
      int from = 0;
      for (int piece = 1; piece <= pieces; piece++) {
        int to = data.length * piece / pieces;
        ours.update(data, from, to - from);
        jdk.update(data, from, to - from);
        from = to;
      }
      if (random.nextInt(10) == 0) {
        ours.reset();
        jdk.reset();
      }
      if (random.nextInt(10) == 0) {
        ours.update((byte) i);
        jdk.update((byte) i);
      }
      assertThat(ours.digest()).as("data %d", i).isEqualTo(jdk.digest());
    }
  }

  /** Mostly a pattern of one of few kinds; sometimes with a byte that does not fit. */
  private byte[] data() {
    byte[] data = new byte[random.nextInt(20_000)];
    int period = random.nextInt(4) == 0 ? 48 : 64;
    int kind = random.nextInt(3);
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (i % period * (kind + 1));
    }
    if (data.length > 0 && random.nextInt(3) == 0) {
      data[random.nextInt(data.length)]++;
    }
    return data;
  }
}
