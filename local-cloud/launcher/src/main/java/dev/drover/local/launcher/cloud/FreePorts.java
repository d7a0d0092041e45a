package dev.drover.local.launcher.cloud;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Chooses loopback ports that nobody listens on. */
final class FreePorts {
  /**
   * Below Linux's ephemeral ports (32768 and up), so that no outgoing connection takes a chosen
   * port before its server binds it; see ip(7), {@code ip_local_port_range}.
   */
  static final int FIRST = 20_000;

  static final int LAST = 32_000;

  /** A range of 12,000 that is nearly all taken is not worth searching further. */
  private static final int MAX_TRIES = 1_000;

  private final RandomGenerator random;

  FreePorts(RandomGenerator random) {
    this.random = random;
  }

  /** Different free ports; two clouds that start together differ because the choice is random. */
  List<Integer> choose(int count) {
    Set<Integer> chosen = new LinkedHashSet<>();
    for (int tries = 0; tries < MAX_TRIES && chosen.size() < count; tries++) {
      int port = random.nextInt(FIRST, LAST + 1);
      if (isFree(port)) {
        chosen.add(port);
      }
    }
    if (chosen.size() < count) {
      throw new LocalCloudException(
          "No "
              + count
              + " free ports on 127.0.0.1 between "
              + FIRST
              + " and "
              + LAST
              + ": end some servers.");
    }
    return List.copyOf(chosen);
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
