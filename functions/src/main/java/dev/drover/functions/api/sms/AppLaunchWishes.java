package dev.drover.functions.api.sms;

import dev.drover.functions.state.App;
import dev.drover.functions.state.App.ServerGroup;
import dev.drover.functions.state.LaunchConfiguration;
import dev.drover.functions.state.LaunchConfiguration.Instance;
import dev.drover.functions.state.LaunchConfiguration.Network;
import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.functions.state.LaunchConfiguration.ServerLaunch;
import dev.drover.protocol.ServerId;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.PutAppLaunchConfigurationRequest;
import software.amazon.awssdk.services.sms.model.S3Location;
import software.amazon.awssdk.services.sms.model.ScriptType;
import software.amazon.awssdk.services.sms.model.ServerGroupLaunchConfiguration;
import software.amazon.awssdk.services.sms.model.ServerLaunchConfiguration;
import software.amazon.awssdk.services.sms.model.UserData;

/** Checks what PutAppLaunchConfiguration is asked for, and shows it again. */
final class AppLaunchWishes {
  /**
   * The resource of a server in a template; its outputs have five characters of 255 more at most.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html">logical
   *     ids</a>
   */
  private static final Pattern LOGICAL_ID = Pattern.compile("[A-Za-z0-9]{1,250}");

  private static final String HEX = "-([0-9a-f]{8}|[0-9a-f]{17})";
  private static final Pattern VPC = Pattern.compile("vpc" + HEX);
  private static final Pattern SUBNET = Pattern.compile("subnet" + HEX);
  private static final Pattern SECURITY_GROUP = Pattern.compile("sg" + HEX);
  private static final Pattern INSTANCE_TYPE = Pattern.compile("[a-z0-9-]{1,30}\\.[a-z0-9-]{1,30}");

  /** EC2's: up to 255 characters of ASCII. */
  private static final Pattern KEY_NAME = Pattern.compile("[ -~]{1,255}");

  /**
   * Of roles and of instance profiles.
   *
   * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html">IAM's
   *     names</a>
   */
  private static final Pattern IAM_NAME = Pattern.compile("[\\w+=,.@-]{1,128}");

  /** SMS takes scripts from such buckets only (AWS SMS User Guide). */
  static final Pattern BUCKET = Pattern.compile("sms-app-[a-z0-9.-]{1,55}");

  /** The functions may hand on no other. */
  private static final Pattern LAUNCH_ROLE = Pattern.compile("sms-launch[\\w+=,.@-]{0,54}");

  /** Of an object's key in UTF-8: S3's own limit. */
  private static final int MAX_KEY_BYTES = 1_024;

  private static final int MAX_LAUNCH_ORDER = 1_000;

  private AppLaunchWishes() {}

  static LaunchConfiguration read(App app, PutAppLaunchConfigurationRequest request) {
    Parameters.requireShape("roleName", LAUNCH_ROLE, request.roleName());
    Set<Object> seen = new HashSet<>();
    List<LaunchConfiguration.Group> groups =
        request.serverGroupLaunchConfigurations().stream()
            .map(group -> group(app, seen, group))
            .toList();
    return new LaunchConfiguration(
        request.roleName(), Boolean.TRUE.equals(request.autoLaunch()), groups);
  }

  private static LaunchConfiguration.Group group(
      App app, Set<Object> seen, ServerGroupLaunchConfiguration wish) {
    String id = Parameters.required("serverGroupId of each group", wish.serverGroupId());
    ServerGroup group = AppWishes.group(app, id);
    Parameters.require(seen.add(group.id()), "server group " + id + " is configured twice");
    Integer order = wish.launchOrder();
    Parameters.require(
        order == null || (order >= 0 && order <= MAX_LAUNCH_ORDER),
        "launchOrder is " + order + ", between 0 and " + MAX_LAUNCH_ORDER);
    return new LaunchConfiguration.Group(
        group.id(),
        order,
        wish.serverLaunchConfigurations().stream()
            .map(server -> server(group, seen, server))
            .toList());
  }

  private static ServerLaunch server(
      ServerGroup group, Set<Object> seen, ServerLaunchConfiguration wish) {
    ServerId id = AppWishes.serverId(wish.server());
    Parameters.require(
        group.servers().contains(id), "server " + id + " is not in server group " + group.id());
    Parameters.require(seen.add(id), "server " + id + " is configured twice");
    String logicalId = wish.logicalId();
    Parameters.requireShape("logicalId", LOGICAL_ID, logicalId);
    Parameters.require(
        logicalId == null || seen.add(logicalId), "logicalId " + logicalId + " is given twice");
    return new ServerLaunch(id, logicalId, network(wish), instance(wish));
  }

  private static Network network(ServerLaunchConfiguration wish) {
    Parameters.requireShape("vpc", VPC, wish.vpc());
    Parameters.requireShape("subnet", SUBNET, wish.subnet());
    Parameters.requireShape("securityGroup", SECURITY_GROUP, wish.securityGroup());
    return new Network(
        wish.vpc(), wish.subnet(), wish.securityGroup(), wish.associatePublicIpAddress());
  }

  private static Instance instance(ServerLaunchConfiguration wish) {
    Parameters.requireShape("instanceType", INSTANCE_TYPE, wish.instanceType());
    Parameters.requireShape("ec2KeyName", KEY_NAME, wish.ec2KeyName());
    Parameters.requireShape("iamInstanceProfileName", IAM_NAME, wish.iamInstanceProfileName());
    Parameters.require(
        wish.configureScriptType() != ScriptType.UNKNOWN_TO_SDK_VERSION,
        "configureScriptType is '"
            + wish.configureScriptTypeAsString()
            + "', SHELL_SCRIPT or POWERSHELL_SCRIPT");
    Parameters.require(
        (wish.configureScript() == null) == (wish.configureScriptType() == null),
        "configureScript and configureScriptType go together");
    return new Instance(
        wish.instanceType(),
        wish.ec2KeyName(),
        wish.iamInstanceProfileName(),
        object("userData", wish.userData() == null ? null : wish.userData().s3Location()),
        object("configureScript", wish.configureScript()),
        wish.configureScriptTypeAsString());
  }

  static @Nullable S3Object object(String name, @Nullable S3Location location) {
    if (location == null) {
      return null;
    }
    String bucket = Parameters.required("bucket of " + name, location.bucket());
    String key = Parameters.required("key of " + name, location.key());
    Parameters.requireShape("bucket of " + name, BUCKET, bucket);
    Parameters.requirePrintable("key of " + name, key);
    Parameters.require(
        key.getBytes(StandardCharsets.UTF_8).length <= MAX_KEY_BYTES,
        "key of " + name + " is longer than " + MAX_KEY_BYTES + " bytes");
    return new S3Object(bucket, key);
  }

  /** What was said of the groups and servers that the application has now. */
  static List<ServerGroupLaunchConfiguration> view(App app, LaunchConfiguration configuration) {
    return configuration.groups().stream()
        .flatMap(
            said ->
                app.groups().stream()
                    .filter(group -> group.id().equals(said.id()))
                    .map(group -> view(group, said)))
        .toList();
  }

  private static ServerGroupLaunchConfiguration view(
      ServerGroup group, LaunchConfiguration.Group said) {
    return ServerGroupLaunchConfiguration.builder()
        .serverGroupId(group.id().value())
        .launchOrder(said.launchOrder())
        .serverLaunchConfigurations(
            said.servers().stream()
                .filter(server -> group.servers().contains(server.serverId()))
                .map(AppLaunchWishes::view)
                .toList())
        .build();
  }

  private static ServerLaunchConfiguration view(ServerLaunch server) {
    Network network = server.network();
    Instance instance = server.instance();
    S3Object userData = instance.userData();
    return ServerLaunchConfiguration.builder()
        .server(shown -> shown.serverId(server.serverId().value()))
        .logicalId(server.logicalId())
        .vpc(network.vpc())
        .subnet(network.subnet())
        .securityGroup(network.securityGroup())
        .associatePublicIpAddress(network.associatePublicIpAddress())
        .instanceType(instance.type())
        .ec2KeyName(instance.ec2KeyName())
        .iamInstanceProfileName(instance.profileName())
        .userData(userData == null ? null : UserData.builder().s3Location(view(userData)).build())
        .configureScript(
            instance.configureScript() == null ? null : view(instance.configureScript()))
        .configureScriptType(instance.configureScriptType())
        .build();
  }

  static S3Location view(S3Object object) {
    return S3Location.builder().bucket(object.bucket()).key(object.key()).build();
  }
}
