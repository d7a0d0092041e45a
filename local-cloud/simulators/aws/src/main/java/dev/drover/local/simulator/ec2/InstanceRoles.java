package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.guest.RoleKeys;
import dev.drover.local.simulator.snapshot.Account;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * The roles of instance profiles: of the IAM and the STS that calls are passed on to. The instance
 * assumes the role under its own id, so that its calls have the caller that EC2 gives them: {@code
 * assumed-role/<role>/<instance>}. Who may assume the role is not looked at, as MiniStack does not.
 */
public final class InstanceRoles implements RoleKeys {
  private final Account account;
  private final @Nullable Forwarder forwarder;

  public InstanceRoles(Account account, @Nullable Forwarder forwarder) {
    this.account = account;
    this.forwarder = forwarder;
  }

  @Override
  public Optional<Keys> of(String profile, String session) throws IOException {
    if (forwarder == null) {
      return Optional.empty();
    }
    Optional<String> role =
        profile(forwarder, profile).flatMap(found -> XmlAnswer.first(found, "RoleName"));
    if (role.isEmpty()) {
      return Optional.empty();
    }
    String arn = "arn:aws:iam::" + account.id() + ":role/" + role.get();
    return ask(
            forwarder,
            "sts",
            "2011-06-15",
            Map.of("Action", "AssumeRole", "RoleArn", arn, "RoleSessionName", session))
        .map(answer -> keys(role.get(), answer));
  }

  /** A profile that there is not launches nothing; one without a role does. */
  void requireProfile(String profile) throws IOException {
    if (forwarder == null || profile(forwarder, profile).isEmpty()) {
      String parameter = profile.startsWith("arn:") ? "arn" : "name";
      throw Ec2Refusal.invalidValue(
          "Value (%s) for parameter iamInstanceProfile.%s is invalid. Invalid IAM Instance Profile %s"
              .formatted(profile, parameter, parameter));
    }
  }

  private Optional<Element> profile(Forwarder neighbour, String profile) throws IOException {
    String name = profile.substring(profile.lastIndexOf('/') + 1);
    return ask(
        neighbour,
        "iam",
        "2010-05-08",
        Map.of("Action", "GetInstanceProfile", "InstanceProfileName", name));
  }

  private static Keys keys(String role, Element answer) {
    return new Keys(
        role,
        XmlAnswer.first(answer, "AccessKeyId").orElseThrow(),
        XmlAnswer.first(answer, "SecretAccessKey").orElseThrow(),
        XmlAnswer.first(answer, "SessionToken").orElseThrow(),
        Instant.parse(XmlAnswer.first(answer, "Expiration").orElseThrow()));
  }

  private Optional<Element> ask(
      Forwarder neighbour, String service, String version, Map<String, String> parameters)
      throws IOException {
    Map<String, String> form = new LinkedHashMap<>(parameters);
    form.put("Version", version);
    HttpResponse<byte[]> answer = neighbour.ask(service, form, account);
    return answer.statusCode() == 200
        ? Optional.of(XmlAnswer.parse(answer.body()))
        : Optional.empty();
  }
}
