package dev.drover.functions.state;

import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.functions.state.LaunchedValidation.Told;
import dev.drover.functions.state.ValidationConfiguration.AppScript;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A script of the application itself that is part of a launch, and what came of it: Systems Manager
 * runs it once the application is launched.
 *
 * @param round of the application's launches and terminations, in which it was launched last
 * @param script as it was then
 * @param sending the newest command, also of an earlier round; null: none was sent
 * @param told null: nothing is known yet
 * @param output what the script of the round that was told of printed; null: nowhere
 */
public record CommandedValidation(
    ValidationId id,
    int round,
    AppScript script,
    @Nullable Sending sending,
    @Nullable Told told,
    @Nullable S3Object output) {

  /**
   * A command. It stands here before it is sent, so that whoever comes after a crash knows of it.
   *
   * @param round of the launch that it is part of
   * @param instanceId where it runs
   * @param at when it was about to be sent
   * @param commandId null: nobody knows whether it was sent
   */
  public record Sending(int round, String instanceId, Instant at, @Nullable String commandId) {}

  /** What was told of the launch that it was part of last. */
  public Optional<Told> toldNow() {
    return Optional.ofNullable(told).filter(it -> it.round() == round);
  }

  /** Whether it is known what came of it. */
  public boolean isEnded() {
    return toldNow().filter(it -> it.status().isEnd()).isPresent();
  }

  /** The command of the launch that it was part of last. */
  public Optional<Sending> sendingNow() {
    return Optional.ofNullable(sending).filter(it -> it.round() == round);
  }

  /** A command of an earlier launch, of which no end is known. */
  public Optional<Sending> openBefore(int now) {
    return Optional.ofNullable(sending)
        .filter(it -> it.round() != now)
        .filter(it -> told == null || told.round() < it.round() || !told.status().isEnd());
  }
}
