package dev.drover.local.simulator.ec2;

import java.util.List;
import java.util.Optional;

/**
 * DescribeInstances and DescribeLaunchTemplateVersions of an account that has neither: the
 * simulator has no machines. Where there is another EC2 to pass calls on to, they are its.
 */
final class ComputeActions {
  private ComputeActions() {}

  static void describeInstances(QueryParameters parameters, XmlElement answer) {
    List<String> _ = parameters.texts("InstanceId");
    none(parameters, answer, "reservationSet");
  }

  static void describeLaunchTemplateVersions(QueryParameters parameters, XmlElement answer) {
    List<String> versions = parameters.texts("LaunchTemplateVersion");
    if (!List.of("$Default", "$Latest").containsAll(versions) || versions.isEmpty()) {
      throw Ec2Refusal.invalidValue(
          "Without a launch template the versions are $Default and $Latest, not " + versions);
    }
    none(parameters, answer, "launchTemplateVersionSet");
  }

  private static void none(QueryParameters parameters, XmlElement answer, String set) {
    Filters _ = Filters.of(parameters);
    Optional<Integer> _ = parameters.number("MaxResults");
    parameters.refuseUnknown();
    answer.items(set, List.of(), (_, _) -> {});
  }
}
