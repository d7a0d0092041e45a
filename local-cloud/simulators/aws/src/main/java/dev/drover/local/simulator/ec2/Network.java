package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.snapshot.Account;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Subnets, security groups and key pairs: of the EC2 that other calls are passed on to. Without one
 * the account has none of them, and no default VPC.
 */
final class Network {
  private final Account account;
  private final @Nullable Forwarder forwarder;

  Network(Account account, @Nullable Forwarder forwarder) {
    this.account = account;
    this.forwarder = forwarder;
  }

  /**
   * A subnet.
   *
   * @param cidr such as {@code 10.0.1.0/24}
   * @param publicIpOnLaunch whether instances get a public address unless told otherwise
   */
  record Subnet(
      String id,
      String vpcId,
      String availabilityZone,
      String cidr,
      boolean publicIpOnLaunch,
      boolean isDefault) {}

  Subnet subnet(String id) throws IOException {
    return subnets(Map.of("SubnetId.1", id)).stream()
        .filter(subnet -> subnet.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                Ec2Refusal.of(
                    "InvalidSubnetID.NotFound", "The subnet ID '" + id + "' does not exist"));
  }

  Subnet defaultSubnet() throws IOException {
    return subnets(Map.of()).stream()
        .filter(Subnet::isDefault)
        .findFirst()
        .orElseThrow(
            () ->
                Ec2Refusal.of(
                    "VPCIdNotSpecified",
                    "No default VPC for this user. GroupName is only supported for EC2-Classic and"
                        + " default VPC."));
  }

  /** The names by id; each group must be of the VPC. */
  Map<String, String> groups(List<String> ids, String vpcId) throws IOException {
    Map<String, String> names = new TreeMap<>();
    for (String id : ids) {
      Element group =
          ask("DescribeSecurityGroups", Map.of("GroupId.1", id), "securityGroupInfo").stream()
              .filter(item -> text(item, "groupId").equals(Optional.of(id)))
              .findFirst()
              .orElseThrow(
                  () ->
                      Ec2Refusal.of(
                          "InvalidGroup.NotFound",
                          "The security group '" + id + "' does not exist"));
      if (!text(group, "vpcId").equals(Optional.of(vpcId))) {
        throw Ec2Refusal.invalidValue(
            "Security group " + id + " and the subnet belong to different networks.");
      }
      names.put(id, text(group, "groupName").orElse(id));
    }
    return names;
  }

  /** The VPC's group with the name {@code default}, which every VPC has. */
  Map<String, String> defaultGroup(String vpcId) throws IOException {
    Map<String, String> names = new TreeMap<>();
    for (Element group : ask("DescribeSecurityGroups", Map.of(), "securityGroupInfo")) {
      if (text(group, "vpcId").equals(Optional.of(vpcId))
          && text(group, "groupName").equals(Optional.of("default"))) {
        names.put(text(group, "groupId").orElseThrow(), "default");
      }
    }
    return names;
  }

  void requireKeyPair(String name) throws IOException {
    boolean known =
        ask("DescribeKeyPairs", Map.of("KeyName.1", name), "keySet").stream()
            .anyMatch(item -> text(item, "keyName").equals(Optional.of(name)));
    if (!known) {
      throw Ec2Refusal.of("InvalidKeyPair.NotFound", "The key pair '" + name + "' does not exist");
    }
  }

  private List<Subnet> subnets(Map<String, String> parameters) throws IOException {
    return ask("DescribeSubnets", parameters, "subnetSet").stream()
        .map(
            item ->
                new Subnet(
                    text(item, "subnetId").orElseThrow(),
                    text(item, "vpcId").orElseThrow(),
                    text(item, "availabilityZone").orElseThrow(),
                    text(item, "cidrBlock").orElseThrow(),
                    text(item, "mapPublicIpOnLaunch").equals(Optional.of("true")),
                    text(item, "defaultForAz").equals(Optional.of("true"))))
        .toList();
  }

  /** The items of the answer's list; a refusal of the neighbour is this call's refusal, too. */
  private List<Element> ask(String action, Map<String, String> parameters, String list)
      throws IOException {
    if (forwarder == null) {
      return List.of();
    }
    Map<String, String> form = new LinkedHashMap<>(parameters);
    form.put("Action", action);
    form.put("Version", "2016-11-15");
    HttpResponse<byte[]> answer = forwarder.ask("ec2", form, account);
    Element root = XmlAnswer.parse(answer.body());
    if (answer.statusCode() != 200) {
      throw Ec2Refusal.of(
          XmlAnswer.first(root, "Code").orElse("InternalError"),
          XmlAnswer.first(root, "Message").orElse("no reason was given"));
    }
    return children(root, list).stream().flatMap(e -> children(e, "item").stream()).toList();
  }

  private static Optional<String> text(Element parent, String name) {
    return children(parent, name).stream().findFirst().map(e -> e.getTextContent().strip());
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> children = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        children.add(element);
      }
    }
    return children;
  }
}
