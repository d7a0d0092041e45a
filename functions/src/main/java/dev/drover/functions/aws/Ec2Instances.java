package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.Instances;
import dev.drover.functions.account.Listing;
import dev.drover.functions.account.Volumes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.InstanceStatus;
import software.amazon.awssdk.services.ec2.model.Tag;

/** {@link Instances} over EC2. */
public final class Ec2Instances implements Instances {
  private static final String NOT_FOUND = "InvalidInstanceID.NotFound";
  private static final String MALFORMED = "InvalidInstanceID.Malformed";
  private static final Set<InstanceStateName> LIVING =
      Set.of(InstanceStateName.PENDING, InstanceStateName.RUNNING);

  private static final int PART = 200;

  private static final Filter TAGGED =
      Filter.builder().name("tag-key").values(Volumes.TAG_APP).build();
  private static final Filter UNENDED =
      Filter.builder()
          .name("instance-state-name")
          .values("pending", "running", "stopping", "stopped")
          .build();

  private final Ec2Client ec2;

  public Ec2Instances(Ec2Client ec2) {
    this.ec2 = ec2;
  }

  @Override
  public Map<String, Checks> checks(Collection<String> ids) {
    return ids.isEmpty() ? Map.of() : translated(() -> checked(ids));
  }

  /** EC2 knows a terminated instance for an hour; who asks later is told of none. */
  private Map<String, Checks> checked(Collection<String> ids) {
    try {
      return ec2
          .describeInstanceStatus(describe -> describe.instanceIds(ids))
          .instanceStatuses()
          .stream()
          .collect(
              Collectors.toMap(
                  InstanceStatus::instanceId,
                  status ->
                      new Checks(
                          status.systemStatus().statusAsString(),
                          status.instanceStatus().statusAsString())));
    } catch (Ec2Exception e) {
      if (NOT_FOUND.equals(e.awsErrorDetails().errorCode())) {
        return Map.of();
      }
      throw e;
    }
  }

  @Override
  public Optional<Map<String, String>> tags(String id) {
    return found(id)
        .filter(instance -> LIVING.contains(instance.state().name()))
        .map(Ec2Instances::tags);
  }

  private Optional<Instance> found(String id) {
    return translated(
        () -> {
          try {
            return instances(ec2.describeInstances(describe -> describe.instanceIds(id)))
                .findFirst();
          } catch (Ec2Exception e) {
            if (isNone(e)) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  /** A text that has not the shape of an id names no instance. */
  private static boolean isNone(Ec2Exception e) {
    return NOT_FOUND.equals(e.awsErrorDetails().errorCode())
        || MALFORMED.equals(e.awsErrorDetails().errorCode());
  }

  private static Stream<Instance> instances(DescribeInstancesResponse answer) {
    return answer.reservations().stream().flatMap(reservation -> reservation.instances().stream());
  }

  private static Map<String, String> tags(Instance instance) {
    return instance.tags().stream().collect(Collectors.toMap(Tag::key, Tag::value));
  }

  @Override
  public Listing<Launched> launched(@Nullable String next) {
    DescribeInstancesResponse part =
        translated(
            () ->
                ec2.describeInstances(
                    describe ->
                        describe.filters(TAGGED, UNENDED).maxResults(PART).nextToken(next)));
    return new Listing<>(
        instances(part).map(Ec2Instances::launched).toList(), Ec2Snapshots.next(part.nextToken()));
  }

  @Override
  public Optional<Launched> findLaunched(String id) {
    return found(id)
        .filter(instance -> UNENDED.values().contains(instance.state().nameAsString()))
        .map(Ec2Instances::launched)
        .filter(instance -> instance.tags().containsKey(Volumes.TAG_APP));
  }

  private static Launched launched(Instance instance) {
    return new Launched(
        instance.instanceId(),
        instance.instanceTypeAsString(),
        instance.launchTime(),
        tags(instance));
  }

  @Override
  public void terminate(String id) {
    translated(
        () -> {
          try {
            var _ = ec2.terminateInstances(terminate -> terminate.instanceIds(id));
          } catch (Ec2Exception e) {
            if (!isNone(e)) {
              throw e;
            }
          }
        });
  }

  @Override
  public Optional<String> console(String id) {
    return translated(() -> said(id));
  }

  private Optional<String> said(String id) {
    try {
      return Optional.ofNullable(ec2.getConsoleOutput(get -> get.instanceId(id)).output())
          .filter(output -> !output.isEmpty())
          .map(
              output -> new String(Base64.getMimeDecoder().decode(output), StandardCharsets.UTF_8));
    } catch (Ec2Exception e) {
      if (NOT_FOUND.equals(e.awsErrorDetails().errorCode())) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
