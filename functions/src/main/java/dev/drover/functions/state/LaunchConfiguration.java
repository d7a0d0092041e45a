package dev.drover.functions.state;

import dev.drover.protocol.ServerId;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How an application is to be launched, as the caller said it; null: nothing was said.
 *
 * @param roleName of the role that CloudFormation launches with
 * @param autoLaunch whether it is launched by itself when each of its servers has its first AMI
 * @param groups of the application, also such as it has no more
 */
public record LaunchConfiguration(
    @Nullable String roleName, boolean autoLaunch, List<Group> groups) {
  /** Keeps its own list. */
  public LaunchConfiguration {
    groups = List.copyOf(groups);
  }

  /**
   * How a server group is launched.
   *
   * @param launchOrder groups of lower numbers first
   */
  public record Group(ServerGroupId id, @Nullable Integer launchOrder, List<ServerLaunch> servers) {
    /** Keeps its own list. */
    public Group {
      servers = List.copyOf(servers);
    }
  }

  /**
   * How a server is launched.
   *
   * @param logicalId of its resource in the template
   */
  public record ServerLaunch(
      ServerId serverId, @Nullable String logicalId, Network network, Instance instance) {}

  /** Where an instance is launched. */
  public record Network(
      @Nullable String vpc,
      @Nullable String subnet,
      @Nullable String securityGroup,
      @Nullable Boolean associatePublicIpAddress) {}

  /**
   * What is launched.
   *
   * @param userData runs when the instance boots first
   * @param configureScript configures the instance
   * @param configureScriptType SMS's ScriptType
   */
  public record Instance(
      @Nullable String type,
      @Nullable String ec2KeyName,
      @Nullable String profileName,
      @Nullable S3Object userData,
      @Nullable S3Object configureScript,
      @Nullable String configureScriptType) {}

  /** An object of the customer's. */
  public record S3Object(String bucket, String key) {
    /** As people write it: {@code s3://bucket/key}. */
    public String uri() {
      return "s3://" + bucket + "/" + key;
    }
  }

  /** All servers of which something is said. */
  public Stream<ServerLaunch> servers() {
    return groups.stream().flatMap(group -> group.servers().stream());
  }
}
