package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.instance.InstanceRecord;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where an instance is launched into: its subnet and groups, on the instance or on its one network
 * interface.
 *
 * @param groups names by id
 */
record LaunchNetwork(Network.Subnet subnet, Map<String, String> groups, boolean publicIp) {
  /** The first address that AWS leaves to instances: four of each subnet are its own. */
  private static final int FIRST_HOST = 4;

  private static final int BYTE = 256;
  private static final int OCTETS = 4;

  static LaunchNetwork of(QueryParameters parameters, Network network) throws IOException {
    List<QueryParameters> interfaces = parameters.elements("NetworkInterface");
    Optional<Boolean> publicIp = Optional.empty();
    QueryParameters place = parameters;
    if (!interfaces.isEmpty()) {
      place = only(interfaces);
      if (parameters.has("SubnetId") || parameters.has("SecurityGroupId")) {
        throw Ec2Refusal.of(
            "InvalidParameterCombination",
            "Network interfaces and an instance-level subnet ID or security groups may not be"
                + " specified on the same request");
      }
      publicIp = place.flag("AssociatePublicIpAddress");
      place.flag("DeleteOnTermination");
      place.text("Description");
    }
    Optional<String> subnetId = place.text("SubnetId");
    Network.Subnet subnet =
        subnetId.isPresent() ? network.subnet(subnetId.get()) : network.defaultSubnet();
    List<String> groupIds = place.texts("SecurityGroupId");
    return new LaunchNetwork(
        subnet,
        groupIds.isEmpty()
            ? network.defaultGroup(subnet.vpcId())
            : network.groups(groupIds, subnet.vpcId()),
        publicIp.orElse(subnet.publicIpOnLaunch()));
  }

  private static QueryParameters only(List<QueryParameters> interfaces) {
    QueryParameters one = interfaces.getFirst();
    if (interfaces.size() > 1 || one.number("DeviceIndex").orElse(-1) != 0) {
      throw Ec2Refusal.invalidValue(
          "The simulator launches instances with one network interface, of device index 0");
    }
    return one;
  }

  /** The lowest private address of the subnet that nobody has. */
  String freeAddress(Set<String> taken) {
    long base = number(subnet.cidr().substring(0, subnet.cidr().indexOf('/')));
    int prefix = Integer.parseInt(subnet.cidr().substring(subnet.cidr().indexOf('/') + 1));
    long last = base + (1L << (Integer.SIZE - prefix)) - 2; // the highest one is AWS's
    for (long address = base + FIRST_HOST; address <= last; address++) {
      if (!taken.contains(dotted(address))) {
        return dotted(address);
      }
    }
    throw Ec2Refusal.of(
        "InsufficientFreeAddressesInSubnet",
        "There are not enough free addresses in subnet '" + subnet.id() + "'");
  }

  /** A public address of the range that RFC 5737 keeps for examples: nothing answers there. */
  static String publicAddress(Set<String> taken) {
    for (int host = 1; host < BYTE - 1; host++) {
      if (!taken.contains("203.0.113." + host)) {
        return "203.0.113." + host;
      }
    }
    throw Ec2Refusal.of("InsufficientAddressCapacity", "The simulator has 254 public addresses");
  }

  /** Names as EC2 forms them from addresses. */
  static String privateName(InstanceRecord instance, String region) {
    String host = "ip-" + instance.privateIp().replace('.', '-');
    return host
        + (region.equals("us-east-1") ? ".ec2.internal" : "." + region + ".compute.internal");
  }

  /** Empty without a public address. */
  static String publicName(InstanceRecord instance, String region) {
    String address = instance.publicIp();
    if (address == null) {
      return "";
    }
    String domain = region.equals("us-east-1") ? "compute-1" : region + ".compute";
    return "ec2-" + address.replace('.', '-') + "." + domain + ".amazonaws.com";
  }

  private static long number(String dotted) {
    long number = 0;
    for (String octet : dotted.split("\\.", OCTETS)) {
      number = number * BYTE + Integer.parseInt(octet);
    }
    return number;
  }

  private static String dotted(long address) {
    return "%d.%d.%d.%d"
        .formatted(address >> 24 & 0xff, address >> 16 & 0xff, address >> 8 & 0xff, address & 0xff);
  }
}
