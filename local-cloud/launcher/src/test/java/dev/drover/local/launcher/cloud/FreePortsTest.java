package dev.drover.local.launcher.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FreePortsTest {
  private final FreePorts freePorts = new FreePorts(new Random(7));

  @Test
  void choose_severalPorts_areDifferentFreeAndBelowTheEphemeralOnes() {
    assertThat(freePorts.choose(20))
        .hasSize(20)
        .doesNotHaveDuplicates()
        .allMatch(FreePorts::isFree)
        .allMatch(port -> port >= FreePorts.FIRST && port <= FreePorts.LAST);
  }

  @Test
  void isFree_portThatAServerListensOn_isNot() throws IOException {
    try (ServerSocket server = new ServerSocket()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

      assertThat(FreePorts.isFree(server.getLocalPort())).isFalse();
    }
  }
}
