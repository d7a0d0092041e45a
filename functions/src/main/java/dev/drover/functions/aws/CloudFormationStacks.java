package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.Stacks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.AlreadyExistsException;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetType;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.ResourceChange;
import software.amazon.awssdk.services.cloudformation.model.ResourceChangeDetail;
import software.amazon.awssdk.services.cloudformation.model.ResourceStatus;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;
import software.amazon.awssdk.services.cloudformation.model.StackStatus;
import software.amazon.awssdk.services.cloudformation.model.Tag;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * {@link Stacks} over CloudFormation.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html">status
 *     codes</a>
 */
public final class CloudFormationStacks implements Stacks {
  /** Nothing else is made: the role of the function that calls says so, too. */
  private static final List<String> RESOURCE_TYPES = List.of("AWS::EC2::Instance");

  private static final String VALIDATION_ERROR = "ValidationError";
  private static final String NOTHING_TO_DO = "No updates are to be performed";
  private static final String NO_SUCH_STACK = "does not exist";
  private static final String CANCELLED = "cancelled";

  /** With what a change set that would change nothing fails, after the kind of what is the same. */
  private static final List<String> NO_CHANGES =
      List.of("The submitted information didn't contain changes", NOTHING_TO_DO);

  private final CloudFormationClient cloudFormation;
  private final S3Client s3;
  private final String bucket;
  private final Roles roles;

  public CloudFormationStacks(
      CloudFormationClient cloudFormation, S3Client s3, String bucket, Roles roles) {
    this.cloudFormation = cloudFormation;
    this.s3 = s3;
    this.bucket = bucket;
    this.roles = roles;
  }

  /**
   * Roles that CloudFormation takes.
   *
   * @param usualArn of the one that this deployment has
   * @param arnPrefix what the ARN of another begins with; its name follows
   */
  public record Roles(String usualArn, String arnPrefix) {
    private String arn(@Nullable String name) {
      return name == null ? usualArn : arnPrefix + name;
    }
  }

  @Override
  public Optional<Standing> find(String name) {
    return translated(() -> found(name)).map(CloudFormationStacks::standing);
  }

  private Optional<Stack> found(String name) {
    try {
      return cloudFormation.describeStacks(describe -> describe.stackName(name)).stacks().stream()
          .filter(stack -> stack.stackStatus() != StackStatus.DELETE_COMPLETE)
          .findFirst();
    } catch (CloudFormationException e) {
      if (isNoSuchStack(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Whether there is no stack of the name that was asked for. */
  static boolean isNoSuchStack(CloudFormationException e) {
    return says(e, NO_SUCH_STACK);
  }

  private static boolean says(CloudFormationException e, String words) {
    return VALIDATION_ERROR.equals(e.awsErrorDetails().errorCode())
        && String.valueOf(e.awsErrorDetails().errorMessage()).contains(words);
  }

  private static Standing standing(Stack stack) {
    boolean isBeingDeleted =
        stack.stackStatus() == StackStatus.DELETE_IN_PROGRESS
            || stack.stackStatus() == StackStatus.DELETE_FAILED;
    return new Standing(
        stack.stackId(),
        status(stack),
        stack.stackStatusAsString(),
        isBeingDeleted,
        stack.tags().stream().collect(Collectors.toMap(Tag::key, Tag::value)));
  }

  private static Status status(Stack stack) {
    return switch (stack.stackStatus()) {
      case CREATE_COMPLETE, UPDATE_COMPLETE, IMPORT_COMPLETE -> Status.COMPLETE;
      case UPDATE_ROLLBACK_COMPLETE, IMPORT_ROLLBACK_COMPLETE -> Status.ROLLED_BACK;
      case CREATE_FAILED, ROLLBACK_COMPLETE, ROLLBACK_FAILED, REVIEW_IN_PROGRESS ->
          Status.NEVER_MADE;
      case UPDATE_FAILED, UPDATE_ROLLBACK_FAILED, IMPORT_ROLLBACK_FAILED, DELETE_FAILED ->
          Status.BROKEN;
      default -> Status.WORKING;
    };
  }

  @Override
  public String create(Request request) {
    return translated(() -> created(request));
  }

  private String created(Request request) {
    try {
      return cloudFormation
          .createStack(
              create ->
                  create
                      .stackName(request.name())
                      .templateURL(url(request.templateKey()))
                      .roleARN(roles.arn(request.roleName()))
                      .resourceTypes(RESOURCE_TYPES)
                      .tags(tags(request.tags()))
                      .clientRequestToken(request.token()))
          .stackId();
    } catch (AlreadyExistsException e) {
      // An earlier call made it, and its answer was lost.
      return found(request.name()).map(Stack::stackId).orElseThrow(() -> e);
    }
  }

  @Override
  public boolean update(Request request) {
    return translated(() -> updated(request));
  }

  private boolean updated(Request request) {
    try {
      cloudFormation.updateStack(
          update ->
              update
                  .stackName(request.name())
                  .templateURL(url(request.templateKey()))
                  .roleARN(roles.arn(request.roleName()))
                  .resourceTypes(RESOURCE_TYPES)
                  .tags(tags(request.tags()))
                  .clientRequestToken(request.token()));
      return true;
    } catch (CloudFormationException e) {
      if (says(e, NOTHING_TO_DO)) {
        return false;
      }
      throw e;
    }
  }

  private String url(String key) {
    return s3.utilities().getUrl(get -> get.bucket(bucket).key(key)).toExternalForm();
  }

  private static List<Tag> tags(Map<String, String> tags) {
    return new TreeMap<>(tags)
        .entrySet().stream()
            .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
            .toList();
  }

  @Override
  public void delete(String name, @Nullable String roleName) {
    translated(
        () ->
            cloudFormation.deleteStack(
                delete -> delete.stackName(name).roleARN(roles.arn(roleName))));
  }

  /** Events come newest first; a change begins with the stack's own event. */
  @Override
  public Optional<String> failure(String name) {
    return translated(
        () -> {
          List<StackEvent> failed = new ArrayList<>();
          for (StackEvent event :
              cloudFormation
                  .describeStackEventsPaginator(describe -> describe.stackName(name))
                  .stackEvents()) {
            if (isFailure(event)) {
              failed.add(event);
            }
            if (isBeginning(event)) {
              break;
            }
          }
          return failed.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  failed.getLast().logicalResourceId()
                      + ": "
                      + failed.getLast().resourceStatusReason());
        });
  }

  private static boolean isFailure(StackEvent event) {
    String status = String.valueOf(event.resourceStatusAsString());
    String reason = event.resourceStatusReason();
    return status.endsWith("_FAILED") && reason != null && !reason.contains(CANCELLED);
  }

  private static boolean isBeginning(StackEvent event) {
    boolean isOfTheStack = event.stackId().equals(event.physicalResourceId());
    return isOfTheStack
        && (event.resourceStatus() == ResourceStatus.CREATE_IN_PROGRESS
            || event.resourceStatus() == ResourceStatus.UPDATE_IN_PROGRESS
            || event.resourceStatus() == ResourceStatus.DELETE_IN_PROGRESS);
  }

  @Override
  public void propose(String changeSet, Request request) {
    translated(
        () -> {
          try {
            return cloudFormation.createChangeSet(
                create ->
                    create
                        .stackName(request.name())
                        .changeSetName(changeSet)
                        .changeSetType(ChangeSetType.UPDATE)
                        .templateURL(url(request.templateKey()))
                        .resourceTypes(RESOURCE_TYPES)
                        .tags(tags(request.tags()))
                        .clientToken(changeSet));
          } catch (AlreadyExistsException e) {
            return e;
          }
        });
  }

  @Override
  public Proposal proposal(String stack, String changeSet) {
    return translated(
        () -> {
          List<Change> changes = new ArrayList<>();
          DescribeChangeSetResponse page;
          String token = null;
          do {
            String next = token;
            page =
                cloudFormation.describeChangeSet(
                    describe -> describe.stackName(stack).changeSetName(changeSet).nextToken(next));
            page.changes().stream()
                .map(change -> change(change.resourceChange()))
                .forEach(changes::add);
            token = page.nextToken();
          } while (token != null && !token.isEmpty());
          return proposal(page, changes);
        });
  }

  private static Proposal proposal(DescribeChangeSetResponse said, List<Change> changes) {
    return switch (said.status()) {
      case CREATE_COMPLETE -> new Proposal.Ready(changes);
      case CREATE_PENDING, CREATE_IN_PROGRESS -> new Proposal.Pending();
      default ->
          NO_CHANGES.stream().anyMatch(String.valueOf(said.statusReason())::contains)
              ? new Proposal.Ready(List.of())
              : new Proposal.Failed(said.statusAsString() + ": " + said.statusReason());
    };
  }

  private static Change change(ResourceChange said) {
    List<Change.Property> properties =
        said.details().stream()
            .map(ResourceChangeDetail::target)
            .filter(target -> target != null && target.name() != null)
            .map(
                target ->
                    new Change.Property(
                        target.name(), String.valueOf(target.requiresRecreationAsString())))
            .distinct()
            .sorted(Comparator.comparing(Change.Property::name))
            .toList();
    return new Change(
        said.actionAsString(),
        said.logicalResourceId(),
        said.physicalResourceId(),
        said.resourceType(),
        said.replacementAsString(),
        properties);
  }

  @Override
  public void withdraw(String stack, String changeSet) {
    translated(
        () ->
            cloudFormation.deleteChangeSet(
                delete -> delete.stackName(stack).changeSetName(changeSet)));
  }
}
