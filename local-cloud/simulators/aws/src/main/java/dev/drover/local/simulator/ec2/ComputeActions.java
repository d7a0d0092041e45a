package dev.drover.local.simulator.ec2;

import java.util.List;
import java.util.Optional;

/**
 * DescribeLaunchTemplateVersions of an account that has no launch templates. Where there is another
 * EC2 to pass calls on to, they are its.
 */
final class ComputeActions {
  private ComputeActions() {}

  static void describeLaunchTemplateVersions(QueryParameters parameters, XmlElement answer) {
    List<String> versions = parameters.texts("LaunchTemplateVersion");
    if (!List.of("$Default", "$Latest").containsAll(versions) || versions.isEmpty()) {
      throw Ec2Refusal.invalidValue(
          "Without a launch template the versions are $Default and $Latest, not " + versions);
    }
    Filters _ = Filters.of(parameters);
    Optional<Integer> _ = parameters.number("MaxResults");
    parameters.refuseUnknown();
    answer.items("launchTemplateVersionSet", List.of(), (_, _) -> {});
  }
}
