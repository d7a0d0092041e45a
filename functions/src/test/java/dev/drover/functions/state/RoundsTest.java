package dev.drover.functions.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Where rounds go on, and how often one begins. */
class RoundsTest {
  private static final Duration AN_HOUR = Duration.ofHours(1);

  private final Rounds rounds = new Rounds(new InMemoryDynamoDb().table(), "test");
  private Instant now = Instant.parse("2026-11-28T00:00:00Z");

  @Test
  void due_neverBegun_beginsAtTheBeginning() {
    Rounds.Round round = due();

    assertThat(round.at()).isEmpty();
    assertThat(round.next()).isEmpty();
  }

  @Test
  void due_ended_beginsAnHourAfterTheLastBegan() {
    Rounds.Round round = due();
    round.begin();
    round.goOnAt("b");
    round.begin();
    pass(Duration.ofMinutes(20));
    round.end();

    assertThat(rounds.due(this::now)).isEmpty();
    pass(Duration.ofMinutes(34));
    assertThat(rounds.due(this::now)).isEmpty();
    pass(Duration.ofMinutes(1));
    assertThat(due().at()).isEmpty();
  }

  @Test
  void due_killedInItsWork_goesOnAtThatPartThreeTimesAndThenPassesItOver() {
    Rounds.Round first = due();
    first.begin();
    first.goOnAt("b");
    for (int tried = 0; tried < 3; tried++) {
      Rounds.Round round = tried == 0 ? first : due();
      assertThat(round.at()).isEqualTo("b");
      assertThat(round.begin()).as("try %d", tried).isTrue();
      round.knowsNext("c");
      pass(Duration.ofMinutes(1));
    }

    Rounds.Round round = due();
    assertThat(round.begin()).isFalse();
    assertThat(round.next()).contains("c");
    round.goOnAt("c");
    assertThat(round.begin()).as("another part has tries of its own").isTrue();
  }

  @Test
  void due_leftForWantOfTime_goesOnThereWithAllItsTries() {
    Rounds.Round round = due();
    round.begin();
    round.goOnAt("b");
    round.leave();
    pass(Duration.ofMinutes(5));

    assertThat(due().at()).isEqualTo("b");
    for (int tried = 0; tried < 3; tried++) {
      assertThat(due().begin()).isTrue();
      pass(Duration.ofMinutes(1));
    }
  }

  @Test
  void due_somebodyIsAtWork_isNone() {
    due().begin();
    pass(Duration.ofSeconds(44));

    assertThat(rounds.due(this::now)).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(rounds.due(this::now)).isPresent();
  }

  /** A round that takes longer than an hour is followed by the next at once. */
  @Test
  void due_roundOfMoreThanAnHour_isFollowedAtOnce() {
    Rounds.Round round = due();
    round.begin();
    pass(AN_HOUR);
    round.goOnAt("b");
    round.begin();
    round.end();

    assertThat(due().at()).isEmpty();
  }

  @Test
  void now_inTheMidstOfOne_beginsAnew() {
    Rounds.Round round = due();
    round.begin();
    round.goOnAt("b");
    round.begin();

    assertThat(rounds.now(this::now).at()).isEmpty();
  }

  private Rounds.Round due() {
    return rounds.due(this::now).orElseThrow();
  }

  private Instant now() {
    return now;
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }
}
