package dev.drover.functions.api;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A caller that is a server which Drover launched: a session of a role whose name begins with
 * {@code sms-app-}, as the roles of instances do that Drover's launch role may pass. EC2 names the
 * session after the instance, and nobody else can have one while only {@code ec2.amazonaws.com} may
 * assume the role.
 *
 * @param instanceId the session's name
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html">
 *     aws:userid and role sessions</a>
 */
public record Guest(String instanceId) {
  private static final Pattern ARN =
      Pattern.compile("arn:aws[a-z-]*:sts::\\d{12}:assumed-role/sms-app-[^/]*/([^/]+)");

  /** The guest that a caller's ARN names; empty: it is no guest's. */
  public static Optional<Guest> of(String callerArn) {
    Matcher arn = ARN.matcher(callerArn);
    return arn.matches() ? Optional.of(new Guest(arn.group(1))) : Optional.empty();
  }
}
