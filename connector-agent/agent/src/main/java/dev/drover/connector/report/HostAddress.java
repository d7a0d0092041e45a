package dev.drover.connector.report;

import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where a connector runs, for the people who look at the list of connectors.
 *
 * @param ip null when the host has no address but loopback
 * @param mac as {@code 00:11:22:33:44:55}
 */
public record HostAddress(@Nullable String ip, @Nullable String mac) {
  private static final HostAddress UNKNOWN = new HostAddress(null, null);

  /** The first IPv4 address of this host that others can reach; nothing depends on it. */
  public static HostAddress ofThisHost() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(HostAddress::isOutward)
          .map(HostAddress::of)
          .filter(address -> address.ip() != null)
          .findFirst()
          .orElse(UNKNOWN);
    } catch (SocketException e) {
      return UNKNOWN;
    }
  }

  private static boolean isOutward(NetworkInterface network) {
    try {
      return network.isUp() && !network.isLoopback() && !network.isVirtual();
    } catch (SocketException e) {
      return false;
    }
  }

  private static HostAddress of(NetworkInterface network) {
    String ip =
        network
            .inetAddresses()
            .filter(Inet4Address.class::isInstance)
            .map(address -> address.getHostAddress())
            .findFirst()
            .orElse(null);
    try {
      byte[] mac = network.getHardwareAddress();
      return new HostAddress(ip, mac == null ? null : HexFormat.ofDelimiter(":").formatHex(mac));
    } catch (SocketException e) {
      return new HostAddress(ip, null);
    }
  }
}
