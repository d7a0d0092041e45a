package dev.drover.functions.account;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stacks of CloudFormation that are made of templates in Drover's bucket. */
public interface Stacks {
  /** What became of a stack. */
  enum Status {
    /** CloudFormation is at work on it. */
    WORKING,
    /** It is as its newest template says. */
    COMPLETE,
    /** It is as the template before says, because the newest failed. */
    ROLLED_BACK,
    /** It never was; it can only be deleted. */
    NEVER_MADE,
    /** Some of it could not be taken back or away; people have to look. */
    BROKEN
  }

  /**
   * A stack.
   *
   * @param status what became of it
   * @param said CloudFormation's own word for the status
   * @param isBeingDeleted whether its deletion is what it works at, or could not do
   */
  record Standing(
      String id, Status status, String said, boolean isBeingDeleted, Map<String, String> tags) {
    /** Copies the tags. */
    public Standing {
      tags = Map.copyOf(tags);
    }
  }

  /**
   * A stack as it is to be.
   *
   * @param templateKey of the template in Drover's bucket
   * @param roleName of the role that makes the resources; null: the one that this deployment has
   * @param token the same for the same wish: it makes the call safe to repeat
   */
  record Request(
      String name,
      String templateKey,
      @Nullable String roleName,
      Map<String, String> tags,
      String token) {
    /** Copies the tags. */
    public Request {
      tags = Map.copyOf(tags);
    }
  }

  /** The stack of that name, unless there is none or it was deleted. */
  Optional<Standing> find(String name);

  /**
   * Begins to make a stack.
   *
   * @return its id
   */
  String create(Request request);

  /**
   * Begins to make a stack what the template says.
   *
   * @return false: it is so already
   */
  boolean update(Request request);

  /** Begins to delete a stack; one that is not there is deleted already. */
  void delete(String name, @Nullable String roleName);

  /**
   * Why the newest change of a stack failed: the first resource that did, and CloudFormation's
   * words of it; empty when none says so.
   */
  Optional<String> failure(String name);

  /** What CloudFormation says that an update would do. */
  sealed interface Proposal {
    /** It is still worked out. */
    record Pending() implements Proposal {}

    /**
     * It is worked out.
     *
     * @param changes none: the stack is what the template says
     */
    record Ready(List<Change> changes) implements Proposal {
      /** Copies the list. */
      public Ready {
        changes = List.copyOf(changes);
      }
    }

    /**
     * It cannot be worked out.
     *
     * @param why CloudFormation's words
     */
    record Failed(String why) implements Proposal {}
  }

  /**
   * What an update would do to a resource, in CloudFormation's own words.
   *
   * @param action Add, Modify, Remove
   * @param physicalId of the resource that is there; null: none is
   * @param replacement whether another takes its place: True, False, Conditional; null: nobody says
   * @param properties those that change, each once, by name
   */
  record Change(
      String action,
      String logicalId,
      @Nullable String physicalId,
      String type,
      @Nullable String replacement,
      List<Property> properties) {
    /** Copies the list. */
    public Change {
      properties = List.copyOf(properties);
    }

    /**
     * A property that changes.
     *
     * @param requiresRecreation Never, Conditionally, Always
     */
    public record Property(String name, String requiresRecreation) {}
  }

  /**
   * Begins to work out what an update to the request would do, with the role that the stack has. Of
   * one name it is worked out once, until it is {@linkplain #withdraw withdrawn}.
   *
   * @throws RefusedException when the stack cannot be updated now, or the template not be taken
   */
  void propose(String changeSet, Request request);

  /** How far it is. */
  Proposal proposal(String stack, String changeSet);

  /** Forgets what was worked out; the stack stays as it is. */
  void withdraw(String stack, String changeSet);
}
