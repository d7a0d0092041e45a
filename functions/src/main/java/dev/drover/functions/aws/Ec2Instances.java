package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.Instances;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.InstanceStatus;
import software.amazon.awssdk.services.ec2.model.Tag;

/** {@link Instances} over EC2. */
public final class Ec2Instances implements Instances {
  private static final String NOT_FOUND = "InvalidInstanceID.NotFound";
  private static final String MALFORMED = "InvalidInstanceID.Malformed";
  private static final Set<InstanceStateName> LIVING =
      Set.of(InstanceStateName.PENDING, InstanceStateName.RUNNING);

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
    return translated(() -> tagged(id));
  }

  private Optional<Map<String, String>> tagged(String id) {
    try {
      return ec2.describeInstances(describe -> describe.instanceIds(id)).reservations().stream()
          .flatMap(reservation -> reservation.instances().stream())
          .filter(instance -> LIVING.contains(instance.state().name()))
          .findFirst()
          .map(
              instance -> instance.tags().stream().collect(Collectors.toMap(Tag::key, Tag::value)));
    } catch (Ec2Exception e) {
      if (NOT_FOUND.equals(e.awsErrorDetails().errorCode())
          || MALFORMED.equals(e.awsErrorDetails().errorCode())) {
        return Optional.empty();
      }
      throw e;
    }
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
