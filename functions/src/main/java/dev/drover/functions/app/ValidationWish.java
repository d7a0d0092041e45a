package dev.drover.functions.app;

import dev.drover.functions.state.ValidationConfiguration;
import dev.drover.functions.state.ValidationConfiguration.AppScript;
import dev.drover.functions.state.ValidationConfiguration.ServerScript;
import dev.drover.functions.state.ValidationConfiguration.Validation;
import dev.drover.functions.state.ValidationId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All validations that an application is to have. One that is wanted without an id is the
 * application's validation by the same script, if it has one: so a call that is sent twice changes
 * nothing.
 *
 * @param ofApp no id is in this list or the other one twice
 * @param ofServers no server is in it twice
 */
public record ValidationWish(List<Wanted<AppScript>> ofApp, List<Wanted<ServerScript>> ofServers) {
  /** Keeps its own lists. */
  public ValidationWish {
    ofApp = List.copyOf(ofApp);
    ofServers = List.copyOf(ofServers);
  }

  /**
   * A validation as somebody wants it.
   *
   * @param id null: that of the same script, or a new one
   */
  public record Wanted<S>(@Nullable ValidationId id, S script) {}

  /** What names a validation that there is not, the end of a sentence; empty: nothing. */
  Optional<String> unknown(ValidationConfiguration before) {
    return unknown(ofApp, before.ofApp(), (was, wanted) -> true)
        .map(id -> "the application itself has no validation " + id)
        .or(
            () ->
                unknown(
                        ofServers,
                        before.ofServers(),
                        (was, wanted) -> was.serverId().equals(wanted.serverId()))
                    .map(id -> "the server that it is given for has no validation " + id))
        .map(complaint -> complaint + "; leave validationId out for a new one");
  }

  private static <S> Optional<ValidationId> unknown(
      List<Wanted<S>> wanted, List<Validation<S>> before, BiPredicate<S, S> isOfTheSame) {
    return wanted.stream()
        .filter(
            it ->
                before.stream()
                    .noneMatch(
                        was ->
                            was.id().equals(it.id())
                                && isOfTheSame.test(was.script(), it.script())))
        .map(Wanted::id)
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** The wanted validations, each with its id. */
  ValidationConfiguration over(ValidationConfiguration before, Supplier<ValidationId> newId) {
    return new ValidationConfiguration(
        over(ofApp, before.ofApp(), newId), over(ofServers, before.ofServers(), newId));
  }

  private static <S> List<Validation<S>> over(
      List<Wanted<S>> wanted, List<Validation<S>> before, Supplier<ValidationId> newId) {
    List<Validation<S>> free = new ArrayList<>(before);
    // Those that are wanted by their ids are not taken for others by their scripts.
    wanted.forEach(it -> free.removeIf(was -> was.id().equals(it.id())));
    return wanted.stream()
        .map(it -> new Validation<>(it.id() == null ? id(it, free, newId) : it.id(), it.script()))
        .toList();
  }

  private static <S> ValidationId id(
      Wanted<S> wanted, List<Validation<S>> free, Supplier<ValidationId> newId) {
    Optional<Validation<S>> same =
        free.stream().filter(was -> was.script().equals(wanted.script())).findFirst();
    same.ifPresent(free::remove);
    return same.map(Validation::id).orElseGet(newId);
  }
}
