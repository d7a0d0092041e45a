package dev.drover.functions.launch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.functions.account.Ec2Text;
import dev.drover.functions.account.Images;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.Volumes;
import dev.drover.functions.state.App;
import dev.drover.functions.state.LaunchConfiguration.Network;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The CloudFormation template of an application: an instance for each server. It depends on nothing
 * but what it is made of, so that the same application gives the same bytes, and a change set says
 * what has changed.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instance.html">AWS::EC2::Instance</a>
 */
final class AppTemplate {
  private AppTemplate() {}

  /**
   * Makes it.
   *
   * @param tiers the servers that are launched together, in the order of the tiers
   * @param isTest whether it is launched to be terminated soon: disks go with their instance then;
   *     else they stay
   */
  static ObjectNode of(App app, List<List<LaunchedServer>> tiers, boolean isTest) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("AWSTemplateFormatVersion", "2010-09-09");
    root.put("Description", "Application " + app.id() + ", launched by Drover");
    ObjectNode resources = root.putObject("Resources");
    ObjectNode outputs = root.putObject("Outputs");
    List<LaunchedServer> before = List.of();
    for (List<LaunchedServer> tier : tiers) {
      for (LaunchedServer server : tier) {
        instance(resources.putObject(server.logicalId()), app, server, before, isTest);
        output(outputs, server);
      }
      before = tier;
    }
    return root;
  }

  private static void instance(
      ObjectNode resource,
      App app,
      LaunchedServer server,
      List<LaunchedServer> before,
      boolean isTest) {
    resource.put("Type", "AWS::EC2::Instance");
    if (!before.isEmpty()) {
      ArrayNode dependsOn = resource.putArray("DependsOn");
      before.forEach(earlier -> dependsOn.add(earlier.logicalId()));
    }
    ObjectNode properties = resource.putObject("Properties");
    properties.put("ImageId", server.image().amiId());
    properties.put("InstanceType", server.instanceType());
    network(properties, server.network());
    put(properties, "KeyName", server.instance().ec2KeyName());
    put(properties, "IamInstanceProfile", server.instance().profileName());
    put(properties, "UserData", server.userData());
    properties.putObject("MetadataOptions").put("HttpTokens", "required");
    ArrayNode disks = properties.putArray("BlockDeviceMappings");
    server.image().devices().forEach(device -> disk(disks.addObject(), device, isTest));
    properties.put("PropagateTagsToVolumeOnCreation", true);
    ArrayNode tags = properties.putArray("Tags");
    tags(app, server, isTest)
        .forEach((key, value) -> tags.addObject().put("Key", key).put("Value", value));
  }

  /** A public address can be asked for only where the interface itself is described. */
  private static void network(ObjectNode properties, Network network) {
    if (network.associatePublicIpAddress() == null) {
      put(properties, "SubnetId", network.subnet());
      groups(properties, "SecurityGroupIds", network);
      return;
    }
    ObjectNode first = properties.putArray("NetworkInterfaces").addObject();
    first.put("DeviceIndex", "0");
    first.put("AssociatePublicIpAddress", network.associatePublicIpAddress());
    first.put("DeleteOnTermination", true);
    put(first, "SubnetId", network.subnet());
    groups(first, "GroupSet", network);
  }

  private static void groups(ObjectNode properties, String name, Network network) {
    if (network.securityGroup() != null) {
      properties.putArray(name).add(network.securityGroup());
    }
  }

  private static void put(ObjectNode properties, String name, @Nullable String value) {
    if (value != null) {
      properties.put(name, value);
    }
  }

  /**
   * A volume of an encrypted snapshot is encrypted with the same key. Nothing else is to be: of a
   * copy whose zero blocks were left out an encrypted volume reads as anything there.
   */
  private static void disk(ObjectNode mapping, Images.Device device, boolean isTest) {
    mapping.put("DeviceName", device.name());
    ObjectNode ebs = mapping.putObject("Ebs");
    ebs.put("VolumeType", "gp3");
    if (device.isEncrypted()) {
      ebs.put("Encrypted", true);
    }
    ebs.put("DeleteOnTermination", isTest);
  }

  private static Map<String, String> tags(App app, LaunchedServer server, boolean isTest) {
    Map<String, String> tags = new TreeMap<>();
    tags.put(Snapshots.TAG_NAME, Ec2Text.tagValue(server.name()));
    app.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
    tags.put(Volumes.TAG_APP, app.id().value());
    if (isTest) {
      tags.put(AppStack.TAG_TEST, "true");
    }
    tags.put(Snapshots.TAG_SERVER, server.serverId().value());
    return tags;
  }

  private static void output(ObjectNode outputs, LaunchedServer server) {
    String of = server.name() + " (" + server.serverId() + ")";
    ObjectNode id = outputs.putObject(server.logicalId() + "Id");
    id.put("Description", "Instance of " + Ec2Text.description(of));
    id.putObject("Value").put("Ref", server.logicalId());
    ObjectNode address = outputs.putObject(server.logicalId() + "Ip");
    address.put("Description", "Private address of " + Ec2Text.description(of));
    address.putObject("Value").putArray("Fn::GetAtt").add(server.logicalId()).add("PrivateIp");
  }
}
