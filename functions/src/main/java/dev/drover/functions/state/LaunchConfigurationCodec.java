package dev.drover.functions.state;

import dev.drover.functions.state.LaunchConfiguration.Instance;
import dev.drover.functions.state.LaunchConfiguration.Network;
import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.functions.state.LaunchConfiguration.ServerLaunch;
import dev.drover.protocol.ServerId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How an application is launched, as the table's item {@code APP#<application> / LAUNCH}. */
final class LaunchConfigurationCodec {
  static final String SK = "LAUNCH";
  private static final String ROLE_NAME = "roleName";
  private static final String AUTO_LAUNCH = "autoLaunch";
  private static final String GROUPS = "serverGroups";
  private static final String GROUP_ID = "serverGroupId";
  private static final String LAUNCH_ORDER = "launchOrder";
  private static final String SERVERS = "servers";
  private static final String SERVER_ID = "serverId";
  private static final String LOGICAL_ID = "logicalId";
  private static final String VPC = "vpc";
  private static final String SUBNET = "subnet";
  private static final String SECURITY_GROUP = "securityGroup";
  private static final String PUBLIC_IP = "associatePublicIpAddress";
  private static final String INSTANCE_TYPE = "instanceType";
  private static final String EC2_KEY_NAME = "ec2KeyName";
  private static final String PROFILE_NAME = "iamInstanceProfileName";
  private static final String USER_DATA = "userData";
  private static final String CONFIGURE_SCRIPT = "configureScript";
  private static final String CONFIGURE_SCRIPT_TYPE = "configureScriptType";
  private static final String BUCKET = "bucket";
  private static final String KEY = "key";

  private LaunchConfigurationCodec() {}

  static Item item(String pk, LaunchConfiguration configuration) {
    return Item.of(pk, SK)
        .with(ROLE_NAME, configuration.roleName())
        .with(AUTO_LAUNCH, configuration.autoLaunch())
        .withItems(
            GROUPS, configuration.groups().stream().map(LaunchConfigurationCodec::group).toList());
  }

  private static Item group(LaunchConfiguration.Group group) {
    return Item.nested()
        .with(GROUP_ID, group.id().value())
        .with(LAUNCH_ORDER, group.launchOrder())
        .withItems(
            SERVERS, group.servers().stream().map(LaunchConfigurationCodec::server).toList());
  }

  private static Item server(ServerLaunch server) {
    Network network = server.network();
    Instance instance = server.instance();
    return Item.nested()
        .with(SERVER_ID, server.serverId().value())
        .with(LOGICAL_ID, server.logicalId())
        .with(VPC, network.vpc())
        .with(SUBNET, network.subnet())
        .with(SECURITY_GROUP, network.securityGroup())
        .with(PUBLIC_IP, network.associatePublicIpAddress())
        .with(INSTANCE_TYPE, instance.type())
        .with(EC2_KEY_NAME, instance.ec2KeyName())
        .with(PROFILE_NAME, instance.profileName())
        .withItems(USER_DATA, objects(instance.userData()))
        .withItems(CONFIGURE_SCRIPT, objects(instance.configureScript()))
        .with(CONFIGURE_SCRIPT_TYPE, instance.configureScriptType());
  }

  private static List<Item> objects(@Nullable S3Object object) {
    return object == null
        ? List.of()
        : List.of(Item.nested().with(BUCKET, object.bucket()).with(KEY, object.key()));
  }

  static LaunchConfiguration read(Item item) {
    return new LaunchConfiguration(
        item.findText(ROLE_NAME).orElse(null),
        item.findFlag(AUTO_LAUNCH).orElse(false),
        item.items(GROUPS).stream().map(LaunchConfigurationCodec::readGroup).toList());
  }

  private static LaunchConfiguration.Group readGroup(Item group) {
    return new LaunchConfiguration.Group(
        new ServerGroupId(group.text(GROUP_ID)),
        group.findNumber(LAUNCH_ORDER).map(Math::toIntExact).orElse(null),
        group.items(SERVERS).stream().map(LaunchConfigurationCodec::readServer).toList());
  }

  private static ServerLaunch readServer(Item server) {
    return new ServerLaunch(
        new ServerId(server.text(SERVER_ID)),
        server.findText(LOGICAL_ID).orElse(null),
        new Network(
            server.findText(VPC).orElse(null),
            server.findText(SUBNET).orElse(null),
            server.findText(SECURITY_GROUP).orElse(null),
            server.findFlag(PUBLIC_IP).orElse(null)),
        new Instance(
            server.findText(INSTANCE_TYPE).orElse(null),
            server.findText(EC2_KEY_NAME).orElse(null),
            server.findText(PROFILE_NAME).orElse(null),
            readObject(server.items(USER_DATA)),
            readObject(server.items(CONFIGURE_SCRIPT)),
            server.findText(CONFIGURE_SCRIPT_TYPE).orElse(null)));
  }

  private static @Nullable S3Object readObject(List<Item> objects) {
    return objects.stream()
        .findFirst()
        .map(object -> new S3Object(object.text(BUCKET), object.text(KEY)))
        .orElse(null);
  }
}
