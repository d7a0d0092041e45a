package dev.drover.functions.account;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stacks in memory; a test says what becomes of them. */
public final class InMemoryStacks implements Stacks {
  /** Every request to make or change a stack. */
  public final List<Request> requests = new ArrayList<>();

  private final Map<String, Standing> stacks = new HashMap<>();
  private final Map<String, String> failures = new HashMap<>();
  private final Map<String, Proposal> proposals = new HashMap<>();
  private Proposal next = new Proposal.Ready(List.of());

  /** What every stack is made of. */
  public final Map<String, String> resources = new HashMap<>();

  private boolean isUnchanged;

  @Override
  public Optional<Standing> find(String name) {
    return Optional.ofNullable(stacks.get(name));
  }

  @Override
  public String create(Request request) {
    if (stacks.containsKey(request.name())) {
      throw new RefusedException("AlreadyExistsException", request.name() + " already exists");
    }
    requests.add(request);
    String id = "arn:aws:cloudformation:us-east-1:000000000000:stack/" + request.name() + "/1";
    stacks.put(
        request.name(),
        new Standing(id, Status.WORKING, "CREATE_IN_PROGRESS", false, request.tags()));
    return id;
  }

  @Override
  public boolean update(Request request) {
    requests.add(request);
    if (!isUnchanged) {
      become(request.name(), Status.WORKING, "UPDATE_IN_PROGRESS");
    }
    return !isUnchanged;
  }

  @Override
  public void delete(String name, @Nullable String roleName) {
    Standing stack = stacks.get(name);
    if (stack != null) {
      stacks.put(
          name, new Standing(stack.id(), Status.WORKING, "DELETE_IN_PROGRESS", true, stack.tags()));
    }
  }

  /** As {@link StackResources} tells them. */
  public Map<String, String> resources(String stackId) {
    return resources;
  }

  @Override
  public Optional<String> failure(String name) {
    return Optional.ofNullable(failures.get(name));
  }

  /** The stack becomes so. */
  public void become(String name, Status status, String said) {
    Standing stack = Objects.requireNonNull(stacks.get(name));
    stacks.put(
        name, new Standing(stack.id(), status, said, said.startsWith("DELETE"), stack.tags()));
  }

  /** The stack is deleted. */
  public void vanish(String name) {
    stacks.remove(name);
  }

  /** Somebody else made a stack of that name. */
  public void addOther(String name) {
    stacks.put(name, new Standing("other", Status.COMPLETE, "CREATE_COMPLETE", false, Map.of()));
  }

  /** Why the newest change of a stack failed. */
  public void failed(String name, String why) {
    failures.put(name, why);
  }

  /** From now on every template says what is there already. */
  public void changeNothing() {
    isUnchanged = true;
  }

  /** What becomes of the change sets that are made from now on. */
  public void proposing(Proposal proposal) {
    next = proposal;
    proposals.replaceAll((_, _) -> proposal);
  }

  /** The change sets that are there, by name. */
  public List<String> changeSets() {
    return List.copyOf(proposals.keySet());
  }

  @Override
  public void propose(String changeSet, Request request) {
    requests.add(request);
    proposals.putIfAbsent(changeSet, next);
  }

  @Override
  public Proposal proposal(String stack, String changeSet) {
    return Objects.requireNonNull(proposals.get(changeSet));
  }

  @Override
  public void withdraw(String stack, String changeSet) {
    proposals.remove(changeSet);
  }
}
