package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.StackResources;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.StackResource;

/**
 * {@link StackResources} over CloudFormation. An application has 80 servers at most, and one call
 * tells of 100 resources.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html">
 *     DescribeStackResources</a>
 */
public final class CloudFormationResources implements StackResources {
  private final CloudFormationClient cloudFormation;

  public CloudFormationResources(CloudFormationClient cloudFormation) {
    this.cloudFormation = cloudFormation;
  }

  @Override
  public Map<String, String> of(String stackId) {
    return translated(() -> found(stackId));
  }

  private Map<String, String> found(String stackId) {
    try {
      return cloudFormation
          .describeStackResources(describe -> describe.stackName(stackId))
          .stackResources()
          .stream()
          .filter(CloudFormationResources::isThere)
          .collect(
              Collectors.toMap(
                  StackResource::logicalResourceId, StackResource::physicalResourceId));
    } catch (CloudFormationException e) {
      if (CloudFormationStacks.isNoSuchStack(e)) {
        return Map.of();
      }
      throw e;
    }
  }

  private static boolean isThere(StackResource resource) {
    String id = resource.physicalResourceId();
    return id != null
        && !id.isEmpty()
        && !String.valueOf(resource.resourceStatusAsString()).startsWith("DELETE_");
  }
}
